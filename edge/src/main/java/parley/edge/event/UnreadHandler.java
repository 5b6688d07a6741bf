package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RefusedException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.ReadUnread;
import parley.proto.relay.Request;
import parley.proto.relay.RoomUnread;
import parley.proto.relay.Unread;

/// `get-unread {roomIds?}` -> `unread {rooms: {roomId: count}}`: of the rooms named, at most 100,
/// or of the user's most recently active ones.
final class UnreadHandler implements EventHandler {

  private static final int MOST_ROOMS = 100;

  private final CoreClient core;

  UnreadHandler(CoreClient core) {
    this.core = core;
  }

  @Override
  public String name() {
    return ClientEvents.GET_UNREAD;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    ReadUnread.Builder read = ReadUnread.newBuilder().setUserId(session.userId().value());
    JsonNode list = argument.isArray() ? argument : argument.path("roomIds");
    if (!list.isMissingNode() && (!list.isArray() || list.size() > MOST_ROOMS)) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "roomIds must be a list of at most 100 rooms");
    }
    list.forEach(room -> read.addRoomIds(Arguments.room(room).value()));
    return () -> {
      Unread unread =
          core.call(session.userId().value(), Request.newBuilder().setReadUnread(read)).getUnread();
      answer.result(
          ServerEvents.UNREAD,
          out -> {
            out.writeObjectFieldStart("rooms");
            for (RoomUnread room : unread.getRoomsList()) {
              out.writeNumberField(room.getRoomId(), room.getCount());
            }
            out.writeEndObject();
          });
    };
  }
}
