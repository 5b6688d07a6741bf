/// What it is to be a process of Parley: how it starts and what ends it, what it can be told,
/// threads that go on, waiting between attempts. All other modules may use it; it knows none of
/// them.
///
/// Start with {@link parley.process.ServiceProcess}; every long-lived thread and all periodic work
/// is a {@link parley.process.Worker}, and what a package can be told is read from {@link
/// parley.process.Settings}.
@NullMarked
package parley.process;

import org.jspecify.annotations.NullMarked;
