package parley.edge.session;

import parley.contract.RoomId;
import parley.edge.room.LocalRooms;
import parley.edge.upstream.CoreClient;
import parley.proto.relay.MarkRead;
import parley.proto.relay.Request;

/// Tells core what has reached clients. Never blocks; safe for any thread.
public final class DeliveryReports {

  private final LocalRooms rooms;
  private final CoreClient core;

  public DeliveryReports(LocalRooms rooms, CoreClient core) {
    this.rooms = rooms;
    this.core = core;
  }

  /// The last position that everybody in a room was offered; 0 when it is not followed.
  long reached(RoomId room) {
    return rooms.reached(room);
  }

  /// What was delivered up to there has reached the session's client.
  void delivered(ChatSession session, RoomId room, long seq) {
    core.request(
        room.value(),
        Request.newBuilder()
            .setMarkRead(
                MarkRead.newBuilder()
                    .setRoomId(room.value())
                    .setUserId(session.userId().value())
                    .setUpTo(seq)
                    .setDelivered(true)),
        reply -> {}); // the next heartbeat says more
  }
}
