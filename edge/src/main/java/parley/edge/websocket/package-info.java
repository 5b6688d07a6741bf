/// RFC 6455 on Helidon's connections: frames in, frames out. Helidon serves HTTP and the upgrade;
/// from the 101 on the connection is ours (docs/decisions says why). Knows nothing of Engine.IO.
///
/// Start with {@link parley.edge.websocket.WebSocketConnection}.
@NullMarked
package parley.edge.websocket;

import org.jspecify.annotations.NullMarked;
