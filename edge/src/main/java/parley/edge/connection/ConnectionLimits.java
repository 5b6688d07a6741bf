package parley.edge.connection;

import java.time.Duration;

/// What a connection may take.
///
/// @param most connections at once; 0 = what the limit of open files permits
/// @param head from the beginning of a connection until the head of its first request is whole
/// @param body from the head of a request until its body is whole
/// @param keepAlive from an answer until the head of the next request is whole
public record ConnectionLimits(int most, Duration head, Duration body, Duration keepAlive) {

  /// As many as the machine permits; 15 s for a head, 30 s for a body, 75 s between requests: more
  /// than the minute for which load balancers keep connections.
  public static final ConnectionLimits DEFAULTS =
      new ConnectionLimits(
          0, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(75));
}
