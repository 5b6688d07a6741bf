package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.session.Leaving;
import parley.edge.session.Stays;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.ServerEvents;

/// `leave-room room` -> `room-left {roomId}`: delivery to this connection ends. Leaving a room that
/// one is not in is no error.
final class LeaveRoomHandler implements EventHandler {

  private final Stays stays;

  LeaveRoomHandler(Stays stays) {
    this.stays = stays;
  }

  @Override
  public String name() {
    return ClientEvents.LEAVE_ROOM;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    return () -> {
      stays.leave(session, room, Leaving.LEFT);
      answer.result(ServerEvents.ROOM_LEFT, out -> out.writeStringField("roomId", room.value()));
    };
  }
}
