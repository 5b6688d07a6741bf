package parley.core.room;

import java.util.Optional;
import parley.contract.RoomId;

/// Sees to it that what a room's log says is what its readers find.
public interface Projected {

  /// A room as it is, but for its floor, which may have risen.
  ///
  /// @param at everything that its log held up to this position is projected, or skipped
  record Current(StoredRoom room, long at) {}

  /// The room, with everything projected that its log held when this was called. Blocks: one look
  /// at the log's head where this node serves the room, and knows the rest.
  ///
  /// @return empty when there is no such room
  /// @throws com.mongodb.MongoException when the store cannot be reached
  Optional<Current> current(RoomId id);

  /// Everything that the room's log held when this was called is projected when it returns. Blocks.
  ///
  /// @param room as it was read a moment ago
  /// @return a position up to which that is so: the log's head, or beyond
  /// @throws com.mongodb.MongoException when the store cannot be reached
  long ensure(StoredRoom room);
}
