package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.session.TypingReports;
import parley.edge.vocabulary.ClientEvents;
import parley.proto.errors.ErrorCode;

/// `typing-start room`, `typing-stop room` -> `user-typing {roomId, userId, username}`,
/// `user-stopped-typing {roomId, userId}` to the others in the room. It ends by itself after 5 s,
/// with a send, and with the connection. One must be in the room.
final class TypingHandler implements EventHandler {

  private final boolean start;
  private final TypingReports typing;

  TypingHandler(boolean start, TypingReports typing) {
    this.start = start;
    this.typing = typing;
  }

  @Override
  public String name() {
    return start ? ClientEvents.TYPING_START : ClientEvents.TYPING_STOP;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    return () -> {
      if (!session.rooms().contains(room)) {
        throw new RefusedException(ErrorCode.ACCESS_DENIED);
      }
      if (start) {
        typing.started(session, room);
      } else {
        typing.stopped(session, room);
      }
      answer.ok(out -> {});
    };
  }
}
