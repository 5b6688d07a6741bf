package parley.edge.engineio;

import java.time.Duration;

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

  /// The reference server's settings.
  public static EngineConfig defaults(String path) {
    return new EngineConfig(
        path,
        new Heartbeat(Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(6)),
        new Sizes(1_000_000, 1_000_000),
        new Transports(true, true, Duration.ofSeconds(10), false, false),
        new Http(1_024, ""));
  }
}
