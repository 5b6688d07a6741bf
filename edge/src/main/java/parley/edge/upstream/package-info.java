/// The streams to core and presence: requests in the order in which they are made, deadlines,
/// reconnection, and re-sending of what a dead stream left unanswered. Knows no socket.
@NullMarked
package parley.edge.upstream;

import org.jspecify.annotations.NullMarked;
