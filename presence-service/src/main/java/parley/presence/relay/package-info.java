/// The streams from edges, and the leases that depend on them.
@NullMarked
package parley.presence.relay;

import org.jspecify.annotations.NullMarked;
