/// The bus: what core and presence publish reaches every edge that follows the topic. The only code
/// that names a Redis channel.
///
/// Promises: in order for one topic and one publisher; nobody is ever blocked by it. It may lose
/// anything, may repeat what was under way when its connection broke, and says so: a follower is
/// told when an unbroken stretch of listening begins ({@link parley.fanout.TopicListener#begun})
/// and when it ends. Whoever needs more keeps positions and asks core. One suite of tests holds
/// over both forms, Redis and memory.
@NullMarked
package parley.fanout;

import org.jspecify.annotations.NullMarked;
