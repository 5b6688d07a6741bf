package parley.edge.socketio;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import parley.process.Settings;

/// Socket.IO's settings.
///
/// @param namespaces that can be joined, each with a leading slash
/// @param connectTimeout for a client to join the first one
/// @param maxAttachments binary attachments of one event
public record SocketIoConfig(Set<String> namespaces, Duration connectTimeout, int maxAttachments) {

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
        settings.number("SOCKET_MAX_ATTACHMENTS", 10, 0, 1_000));
  }

  public SocketIoConfig {
    namespaces = Set.copyOf(namespaces);
  }
}
