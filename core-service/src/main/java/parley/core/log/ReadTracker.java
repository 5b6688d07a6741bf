package parley.core.log;

import parley.contract.RoomId;
import parley.contract.UserId;

/// Hears of what people do that says how far they have read. Never blocks, never throws.
public interface ReadTracker {

  /// A user wrote a message: it has read the room up to there.
  ///
  /// @param ordinal messages up to there
  void posted(RoomId room, UserId author, long seq, long ordinal);

  /// A user came into a room: what was said before does not wait for it.
  ///
  /// @param ordinal messages up to there
  void joined(RoomId room, UserId user, long seq, long ordinal);
}
