/// What has to happen later, whichever node is alive then: users that may be gone after the grace,
/// typing that ends by itself. Kept in Redis, carried out by any node.
@NullMarked
package parley.presence.due;

import org.jspecify.annotations.NullMarked;
