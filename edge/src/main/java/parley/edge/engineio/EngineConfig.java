package parley.edge.engineio;

import java.time.Duration;

/// Engine.IO's settings.
///
/// @param path with a slash at both ends
/// @param pingInterval between a pong and the next ping
/// @param pingTimeout for the pong, before the session is taken as dead
/// @param maxPayload bytes of a message from a client
/// @param outboxBytes that may wait for one client
public record EngineConfig(
    String path, Duration pingInterval, Duration pingTimeout, int maxPayload, int outboxBytes) {}
