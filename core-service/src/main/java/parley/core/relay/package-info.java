/// The streams from edges: requests in, replies, heads and, if so set, events of rooms out. Appends
/// are queued in the rooms' lanes in the order of the stream; reads run on threads of their own.
@NullMarked
package parley.core.relay;

import org.jspecify.annotations.NullMarked;
