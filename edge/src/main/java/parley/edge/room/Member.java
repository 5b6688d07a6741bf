package parley.edge.room;

import parley.contract.UserId;
import parley.edge.engineio.Packet;

/// A connection of a user.
public interface Member {

  /// Whose it is.
  UserId userId();

  /// The public id of its socket: that of the connection that it goes on with, if it does.
  String id();

  /// Queues a packet; never blocks.
  boolean send(Packet packet);
}
