/// Measures Parley, and a Socket.IO server beside it: `BenchMain` reads the command line, `Series`
/// goes through a `Plan` of sessions with each `Contender`, `Generator` loads it, `Report` makes
/// tables and `Plot` pictures of what is in `Results`.
@NullMarked
package parley.bench;

import org.jspecify.annotations.NullMarked;
