package parley.edge.engineio;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import parley.process.Settings;

/// Engine.IO's settings.
///
/// @param path with a slash at both ends
public record EngineConfig(
    String path, Heartbeat heartbeat, Sizes sizes, Transports transports, Http http) {

  /// @param interval from ping to ping
  /// @param timeout for the pong, before the session is taken as dead
  /// @param spread the first ping comes so much earlier at the most, at random, so that a mass
  ///     reconnect does not become a burst of pings for ever
  public record Heartbeat(Duration interval, Duration timeout, Duration spread) {}

  /// @param maxPayload bytes of a message, or of a request, from a client
  /// @param outbox bytes that may wait for one client
  public record Sizes(int maxPayload, int outbox) {}

  /// @param polling is served
  /// @param webSocket is served, from the start or as an upgrade
  /// @param upgradeTimeout for a WebSocket to take over, before it is given up
  /// @param eio3 version 3 of the protocol is served too
  /// @param deflate permessage-deflate is agreed to
  public record Transports(
      boolean polling, boolean webSocket, Duration upgradeTimeout, boolean eio3, boolean deflate) {}

  /// @param compressFrom bytes from which a poll's answer, or a WebSocket's message, is compressed
  ///     for clients that can read it
  /// @param cookie name of the cookie for sticky load balancers; empty = none
  public record Http(int compressFrom, String cookie) {}

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static EngineConfig from(Settings settings) {
    String path = settings.parsed("SOCKET_PATH", "/socket.io", "a path", EngineConfig::path);
    Duration interval = settings.millis("SOCKET_PING_INTERVAL", 25_000, 100, 3_600_000);
    return new EngineConfig(
        path,
        new Heartbeat(
            interval,
            settings.millis("SOCKET_PING_TIMEOUT", 60_000, 100, 3_600_000),
            interval.dividedBy(4)),
        new Sizes(
            settings.number("SOCKET_MAX_HTTP_BUFFER_SIZE", 1_000_000, 1_000, 100_000_000),
            settings.number("SOCKET_OUTBOX_BYTES", 1_000_000, 10_000, 1_000_000_000)),
        transports(settings),
        new Http(
            settings.number("SOCKET_COMPRESSION_THRESHOLD", 1_024, 0, 100_000_000),
            settings.text("SOCKET_COOKIE", "")));
  }

  private static String path(String given) {
    if (!given.startsWith("/") || given.contains("?") || given.contains("#")) {
      throw new IllegalArgumentException("must begin with a slash and have no query");
    }
    return given.endsWith("/") ? given : given + "/";
  }

  private static Transports transports(Settings settings) {
    List<String> names = settings.list("SOCKET_TRANSPORTS", "polling,websocket");
    if (names.isEmpty() || !Set.of("polling", "websocket").containsAll(names)) {
      throw new IllegalArgumentException(
          "SOCKET_TRANSPORTS must be polling, websocket, or both, not `"
              + String.join(",", names)
              + "`");
    }
    return new Transports(
        names.contains("polling"),
        names.contains("websocket"),
        settings.millis("SOCKET_UPGRADE_TIMEOUT", 10_000, 100, 600_000),
        settings.flag("SOCKET_ALLOW_EIO3", false),
        settings.flag("SOCKET_PER_MESSAGE_DEFLATE", false));
  }
}
