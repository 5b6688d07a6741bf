package parley.edge.room;

import java.util.List;
import parley.proto.chat.RoomEvent;

/// A connection on its way into a room. Exactly one of the answers is called, by a room's thread;
/// it must not block, and what it sends precedes every live event of the room.
public interface Joining {

  /// No position is given: only what happens from now on is wanted.
  long FROM_NOW = -1;

  /// Why a connection does not enter.
  enum Refusal {
    /// Core could not be asked in time.
    UNREACHABLE,
    /// Its user was removed after core had let it in.
    REMOVED,
    /// It left before it was in.
    LEFT
  }

  /// Who enters.
  Occupant member();

  /// The last position that the client knows; {@link #FROM_NOW} when it gave none.
  long since();

  /// The connection is in the room: it has `missed`, and will be sent everything after `seq`.
  void joined(long seq, List<RoomEvent> missed);

  /// More was missed than fits: the client should ask again from the last of `missed`.
  ///
  /// @param in the connection had been in the room before, and still is; false: it is not in yet
  void partOf(long head, List<RoomEvent> missed, boolean in);

  /// What the client knows cannot be continued: it is beyond the head, or was removed. The
  /// connection is in the room, from `head` on.
  void reset(long floor, long head);

  /// The connection gets nothing.
  ///
  /// @param in it had been in the room before, and still is
  void refused(Refusal why, boolean in);
}
