package parley.edge.room;

import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;

/// A connection that can be in rooms.
public interface Member {

  /// Whose it is.
  UserId userId();

  /// The public id of the connection.
  String id();

  /// Queues a packet; never blocks.
  boolean send(Packet packet);

  /// Queues an event of a room's log; never blocks. A room's events come in their order.
  boolean deliver(RoomId room, long seq, Packet packet);

  /// The room has put it out. Must not block.
  void removedFrom(RoomId room);
}
