/// Engine.IO v4: sessions, packets, heartbeats, and the bounded queue of what a client has yet to
/// be sent. A transport is a drain of that queue: a WebSocket, or long polling.
///
/// {@link parley.edge.engineio.EngineServer} accepts, {@link parley.edge.engineio.EngineSession} is
/// one client, {@link parley.edge.engineio.Outbox} the queue, {@link parley.edge.engineio.Drainers}
/// the few threads that write for all.
@NullMarked
package parley.edge.engineio;

import org.jspecify.annotations.NullMarked;
