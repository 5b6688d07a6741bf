package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.MarkRead;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;

/// What a client has read, or was delivered:
///
/// - `mark-read {roomId, messageId}` -> `message-read` to the message's sender;
/// - `mark-as-read {roomId, messageIds}` -> `messages-read` to the room (a setting: to the
/// senders);
/// - `mark-delivered {roomId, messageId?}`: nobody is told;
/// - `mark-unread {roomId, messageId}`: the message, and those behind it, count as unread.
///
/// All of a room is read when that is asked for: `{roomId, all: true}`, or the bare room. The
/// user's other connections hear `room-read`. Ack `{ok, seq, unread, readAt}`.
final class MarkReadHandler implements EventHandler {

  private static final int MOST_MESSAGES = 100;

  /// Which of the events.
  enum Kind {
    ONE,
    SEVERAL,
    DELIVERED,
    UNREAD
  }

  private final Kind kind;
  private final CoreClient core;

  MarkReadHandler(Kind kind, CoreClient core) {
    this.kind = kind;
    this.core = core;
  }

  @Override
  public String name() {
    return switch (kind) {
      case ONE -> ClientEvents.MARK_READ;
      case SEVERAL -> ClientEvents.MARK_AS_READ;
      case DELIVERED -> ClientEvents.MARK_DELIVERED;
      case UNREAD -> ClientEvents.MARK_UNREAD;
    };
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    MarkRead.Builder mark =
        MarkRead.newBuilder()
            .setRoomId(room.value())
            .setUserId(session.userId().value())
            .setSocketId(session.id())
            .setDelivered(kind == Kind.DELIVERED)
            .setSeveral(kind == Kind.SEVERAL)
            .setUnread(kind == Kind.UNREAD);
    if (argument.isObject()) {
      messages(argument, mark);
    }
    if (mark.getMessageIdsCount() == 0 && !mayNameNone(argument)) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT,
          kind == Kind.UNREAD
              ? "messageId must name a message"
              : "name a message, or say all: true for the whole room");
    }
    return () -> {
      session.beginRequest();
      core.request(
          room.value(),
          Request.newBuilder().setMarkRead(mark),
          reply -> {
            try {
              answer(room, reply, answer);
            } finally {
              session.endRequest(); // when nothing is under way, everything was answered
            }
          });
    };
  }

  private boolean mayNameNone(JsonNode argument) {
    return switch (kind) {
      case ONE, SEVERAL -> !argument.isObject() || argument.path("all").asBoolean(false);
      case DELIVERED -> true;
      case UNREAD -> false;
    };
  }

  private static void answer(RoomId room, Reply reply, Answer answer) {
    if (!reply.hasMarked()) {
      answer.fail(reply.getError());
      return;
    }
    answer.ok(
        out -> {
          out.writeStringField("roomId", room.value());
          out.writeNumberField("seq", reply.getMarked().getSeq());
          out.writeNumberField("unread", reply.getMarked().getUnread());
          Payloads.time(out, "readAt", reply.getMarked().getAtMs());
        });
  }

  private static void messages(JsonNode argument, MarkRead.Builder mark) {
    if (argument.hasNonNull("messageId")) {
      mark.addMessageIds(Arguments.message(argument).toString());
      return;
    }
    JsonNode list = argument.path("messageIds");
    if (list.isMissingNode()) {
      return;
    }
    if (!list.isArray() || list.isEmpty() || list.size() > MOST_MESSAGES) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "messageIds must be a list of 1 to 100 messages");
    }
    for (JsonNode id : list) {
      mark.addMessageIds(Arguments.message(id).toString());
    }
  }
}
