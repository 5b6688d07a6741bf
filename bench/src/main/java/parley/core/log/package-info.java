/// Benchmarks of what this package keeps to itself: it is the package of the same name elsewhere.
@NullMarked
package parley.core.log;

import org.jspecify.annotations.NullMarked;
