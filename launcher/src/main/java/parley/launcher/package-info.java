/// The whole system on one machine, from one command: embedded stores or given ones, core, presence
/// and edges, each a process of its own or all in one JVM.
///
/// {@link parley.launcher.LauncherMain} starts it; {@link parley.launcher.CommandLine} has the
/// flags, {@link parley.launcher.Options} what they mean; {@link parley.launcher.LocalCluster}
/// starts and supervises, {@link parley.launcher.Child} is one process. {@link
/// parley.launcher.Training} teaches the JVM what Parley does, for the next start.
@NullMarked
package parley.launcher;

import org.jspecify.annotations.NullMarked;
