/// Who of this edge is in which room, and delivery to them. Each room is an actor: what concerns it
/// is queued, and one of a few threads works on it at a time, a slice at a time, so that a huge
/// room does not delay a small one.
///
/// {@link parley.edge.room.LocalRooms} finds rooms, {@link parley.edge.room.LocalRoom} is one: its
/// cursor, its repair of gaps, and how a socket is attached to it.
@NullMarked
package parley.edge.room;

import org.jspecify.annotations.NullMarked;
