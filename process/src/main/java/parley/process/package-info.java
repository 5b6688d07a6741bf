/// What it is to be a process of Parley: threads that go on, waiting between attempts, and the end
/// of a process that cannot go on. All other modules may use it; it knows none of them.
///
/// Start with {@link parley.process.Worker}: every long-lived thread and all periodic work is one.
@NullMarked
package parley.process;

import org.jspecify.annotations.NullMarked;
