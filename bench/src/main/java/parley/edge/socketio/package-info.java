/// Benchmarks of what this package keeps to itself: it is the package of the same name elsewhere.
@NullMarked
package parley.edge.socketio;

import org.jspecify.annotations.NullMarked;
