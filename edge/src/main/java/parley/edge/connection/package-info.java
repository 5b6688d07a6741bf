/// TCP connections under everything else: how many there may be, how long each may take for what,
/// and which requests are refused before anybody reads them.
///
/// {@link parley.edge.connection.Connections} takes them in, {@link
/// parley.edge.connection.HttpConnection} is one of them until it becomes a WebSocket.
@NullMarked
package parley.edge.connection;

import org.jspecify.annotations.NullMarked;
