/// The streams to core and presence: requests in the order in which they are made, deadlines,
/// reconnection, and re-sending of what a dead stream left unanswered. {@link
/// parley.edge.upstream.RelayStream} is one stream's life; {@link parley.edge.upstream.CoreClient}
/// and {@link parley.edge.upstream.PresenceClient} are what the rest of the edge sees. Knows no
/// socket.
@NullMarked
package parley.edge.upstream;

import org.jspecify.annotations.NullMarked;
