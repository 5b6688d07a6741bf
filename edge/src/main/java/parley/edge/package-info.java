/// The edge: holds clients' connections, speaks Engine.IO and Socket.IO, authenticates, validates,
/// limits, forwards to core and presence, and delivers what the bus brings to its own sockets.
/// Stores nothing.
///
/// Layers that do not know one another: `websocket` (frames), `engineio` (packets, heartbeat,
/// outbox), `socketio` (namespaces, events, acks), `session` (a user's connection), `event` (one
/// handler per client event), `vocabulary` (names and payload shapes), `room` (who is here;
/// delivery), `upstream` (streams to core and presence). {@link parley.edge.EdgeService} wires
/// them.
@NullMarked
package parley.edge;

import org.jspecify.annotations.NullMarked;
