/// The edge: holds clients' connections, speaks Engine.IO and Socket.IO, authenticates, validates,
/// limits, forwards to core and presence, and delivers what the bus brings to its own sockets.
/// Stores nothing.
///
/// Layers, each of which knows those below: `connection` (what connections may take), `websocket`
/// (frames), `engineio` (packets, heartbeat, outbox), `socketio` (namespaces, events, acks),
/// `session` (a user's connection), `event` (one handler per client event). Beside them `http` (the
/// server, health, the demo), `auth` (tokens), `limit` (budgets), `vocabulary` (names and payload
/// shapes), `room` (who is here; delivery), `user` (what is said to a user), `presence` (who hears
/// of whom), `recovery` (connections that go on elsewhere), `upstream` (streams to core and
/// presence). {@link parley.edge.EdgeService} wires them.
@NullMarked
package parley.edge;

import org.jspecify.annotations.NullMarked;
