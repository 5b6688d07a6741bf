/// What somebody with ill will does to an edge, bounded in count and time, while a few people talk:
/// `Attacks` lists it, `AttackRun` does one after the other and says what the others felt (`Probe`)
/// and how the edge grew.
@NullMarked
package parley.bench.attack;

import org.jspecify.annotations.NullMarked;
