package parley.core.room;

/// Sees to it that what a room's log says is what its readers find.
public interface Projected {

  /// Everything that the room's log held when this was called is projected when it returns. Blocks.
  ///
  /// @param room as it was read a moment ago
  /// @return a position up to which that is so
  /// @throws com.mongodb.MongoException when the store cannot be reached
  long ensure(StoredRoom room);
}
