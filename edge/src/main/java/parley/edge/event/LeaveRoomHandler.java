package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.room.LocalRooms;
import parley.edge.session.ChatSession;
import parley.edge.session.Sharing;
import parley.edge.session.TypingReports;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.ServerEvents;

/// `leave-room room` -> `room-left {roomId}`: delivery to this connection ends. Leaving a room that
/// one is not in is no error.
final class LeaveRoomHandler implements EventHandler {

  private final LocalRooms rooms;
  private final PresenceClient presence;
  private final Sharing sharing;
  private final TypingReports typing;

  LeaveRoomHandler(
      LocalRooms rooms, PresenceClient presence, Sharing sharing, TypingReports typing) {
    this.rooms = rooms;
    this.presence = presence;
    this.sharing = sharing;
    this.typing = typing;
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
      if (session.leave(room)) {
        rooms.detach(room, session);
        presence.left(session.id(), session.shownUser(), room);
        typing.stopped(session, room);
        sharing.left(session, room);
      }
      answer.result(ServerEvents.ROOM_LEFT, out -> out.writeStringField("roomId", room.value()));
    };
  }
}
