package parley.edge.connection;

import java.time.Duration;
import parley.process.Settings;

/// What a connection may take.
///
/// @param most connections at once; 0 = what the limit of open files permits
/// @param head from the beginning of a connection until the head of its first request is whole
/// @param body from the head of a request until its body is whole
/// @param keepAlive from an answer until the head of the next request is whole
/// @param requestLine bytes of a request's first line: tokens in a query can be long
public record ConnectionLimits(
    int most, Duration head, Duration body, Duration keepAlive, int requestLine) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static ConnectionLimits from(Settings settings) {
    return new ConnectionLimits(
        settings.number("SOCKET_MAX_CONNECTIONS", 0, 0, 10_000_000),
        settings.millis("SOCKET_HEAD_TIMEOUT", 15_000, 100, 3_600_000),
        settings.millis("SOCKET_BODY_TIMEOUT", 30_000, 100, 3_600_000),
        // More than the minute for which load balancers keep connections.
        settings.millis("SOCKET_KEEP_ALIVE", 75_000, 100, 3_600_000),
        settings.number("SOCKET_REQUEST_LINE", 16_384, 1_024, 1_048_576));
  }
}
