/// The room log: each durable event of a room takes the next position, 1, 2, 3, ... dense, on every
/// node. The log is the truth; rooms, memberships and a message's present content are projections
/// of it.
///
/// {@link parley.core.log.RoomLog} finds the lane of a room ({@link parley.core.log.RoomLane}):
/// {@link parley.core.log.LaneQueue} holds what waits, {@link parley.core.log.LaneJudge} judges it,
/// {@link parley.core.log.LaneAppend} numbers it and sees to it that the outcome is known,
/// {@link parley.core.log.EntryIntake} writes what it changes beside the log.
/// {@link parley.core.log.Committer} writes for all lanes, {@link parley.core.log.LogStore} is the
/// only code that names the log's fields.
@NullMarked
package parley.core.log;

import org.jspecify.annotations.NullMarked;
