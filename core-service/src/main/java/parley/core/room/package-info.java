/// Rooms and memberships as they are stored: projections of the room log, read by all, written by
/// the log's lanes (and by the creation of a room).
@NullMarked
package parley.core.room;

import org.jspecify.annotations.NullMarked;
