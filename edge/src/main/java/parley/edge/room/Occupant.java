package parley.edge.room;

import parley.edge.engineio.Packet;

/// A connection's stay in one room: what the room delivers to. Nothing here blocks. An occupant
/// that is over hears nothing and never comes back: who enters again is another one.
public interface Occupant extends Member {

  /// Queues an event of the room's log. They come in their order.
  boolean deliver(long seq, Packet packet);

  /// The position at which core let the user in: removals up to it are past.
  long permitted();

  /// The user was seen not to be removed up to this position.
  void permit(long seq);

  /// The room delivers to it from here on. By the room's thread.
  default void arrived() {}

  /// The log removes the user at this position. By the room's thread.
  ///
  /// @return true when that puts it out; false when it was let in behind the removal
  boolean removed(long seq);

  /// The room cannot deliver to it, and has taken it out. By the room's thread.
  void dropped();

  /// Has it ended?
  boolean over();
}
