/// Who of this edge is in which room, and delivery to them. Each room is an actor: what concerns it
/// is queued, and one of a few threads works on it at a time, a slice at a time, so that a huge
/// room does not delay a small one.
///
/// {@link parley.edge.room.LocalRooms} finds rooms, {@link parley.edge.room.LocalRoom} is one: its
/// inbox and turns. {@link parley.edge.room.RoomCursor} knows what was delivered and what is
/// missing, {@link parley.edge.room.Repair} gets that, {@link parley.edge.room.Entrants} knows who
/// comes in and who may not ({@link parley.edge.room.Removals}), {@link parley.edge.room.Broadcast}
/// who is in, {@link parley.edge.room.Passing} what stands in no log, and {@link
/// parley.edge.room.TypingEcho} who types.
@NullMarked
package parley.edge.room;

import org.jspecify.annotations.NullMarked;
