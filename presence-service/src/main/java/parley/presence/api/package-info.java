/// Presence for internal services, over gRPC.
@NullMarked
package parley.presence.api;

import org.jspecify.annotations.NullMarked;
