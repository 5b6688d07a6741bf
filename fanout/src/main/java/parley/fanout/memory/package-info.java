/// The bus inside one process, with the promises of the real one.
@NullMarked
package parley.fanout.memory;

import org.jspecify.annotations.NullMarked;
