package parley.edge.socketio;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import parley.process.Settings;

/// Socket.IO's settings.
///
/// @param namespaces that can be joined, each with a leading slash
/// @param connectTimeout for a client to join the first one
public record SocketIoConfig(Set<String> namespaces, Duration connectTimeout, Limits limits) {

  /// What a client may ask of the server before it is turned away.
  ///
  /// @param crowdedConnectTimeout as `connectTimeout`, where there is little room left
  /// @param refusals of CONNECT on one connection; then it is closed
  /// @param strangersBytes of a message, of a client that is in no namespace yet
  /// @param attachments binary ones, of one event
  /// @param values JSON values of one event, names of fields included
  public record Limits(
      Duration crowdedConnectTimeout,
      int refusals,
      int strangersBytes,
      int attachments,
      int values) {

    static Limits from(Settings settings) {
      return new Limits(
          settings.millis("SOCKET_CONNECT_TIMEOUT_CROWDED", 10_000, 100, 3_600_000),
          settings.number("SOCKET_CONNECT_REFUSALS", 5, 1, 1_000_000),
          settings.number("SOCKET_CONNECT_BYTES", 65_536, 1_000, 100_000_000),
          settings.number("SOCKET_MAX_ATTACHMENTS", 10, 0, 1_000),
          settings.number("SOCKET_MAX_VALUES", 10_000, 100, 10_000_000));
    }
  }

  /// The namespace of clients that name none.
  public static final String MAIN = "/";

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static SocketIoConfig from(Settings settings) {
    Set<String> namespaces = new HashSet<>(settings.list("SOCKET_NAMESPACES", ""));
    namespaces.add(MAIN);
    for (String namespace : namespaces) {
      if (!namespace.startsWith("/") || namespace.contains("?")) {
        throw new IllegalArgumentException(
            "SOCKET_NAMESPACES: each must begin with a slash and have no query, not `"
                + namespace
                + "`");
      }
    }
    return new SocketIoConfig(
        namespaces,
        settings.millis("SOCKET_CONNECT_TIMEOUT", 45_000, 100, 3_600_000),
        Limits.from(settings));
  }

  public SocketIoConfig {
    namespaces = Set.copyOf(namespaces);
  }
}
