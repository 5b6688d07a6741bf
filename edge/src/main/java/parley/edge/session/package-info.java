/// A user's connection: who it is, which rooms it is in, and what becomes of both when it ends.
@NullMarked
package parley.edge.session;

import org.jspecify.annotations.NullMarked;
