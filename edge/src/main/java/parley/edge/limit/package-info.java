/// How much a user may say, counted in the whole cluster.
@NullMarked
package parley.edge.limit;

import org.jspecify.annotations.NullMarked;
