package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import parley.contract.InvalidIdException;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.session.TypingReports;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.chat.Attachment;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Appended;
import parley.proto.relay.Request;
import parley.proto.relay.SendMessage;

/// `send-message {roomId | receiverId, content, messageType?, attachments?, clientMessageId?}`:
/// stored, then told to all members. Ack `{ok, id, seq, createdAt, message, duplicate?}`.
final class SendMessageHandler implements EventHandler {

  private static final int LONGEST_TYPE = 32;

  private final Contents contents;
  private final Changes changes;
  private final Payloads payloads;
  private final TypingReports typing;

  SendMessageHandler(Contents contents, Changes changes, Payloads payloads, TypingReports typing) {
    this.contents = contents;
    this.changes = changes;
    this.payloads = payloads;
    this.typing = typing;
  }

  @Override
  public String name() {
    return ClientEvents.SEND_MESSAGE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.MESSAGES;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    Arguments.object(argument);
    SendMessage.Builder send = SendMessage.newBuilder().setUserId(session.userId().value());
    RoomId room = addressed(session, argument, send);
    List<Attachment> attachments = contents.attachments(argument);
    send.setRoomId(room.value())
        .addAllAttachments(attachments)
        .setContent(contents.text(argument, !attachments.isEmpty()))
        .setMessageType(Arguments.name(argument, "messageType", LONGEST_TYPE))
        .setClientMessageId(Arguments.clientMessageId(argument))
        .setRequestKey(Changes.requestKey());
    Request.Builder request = Request.newBuilder().setSendMessage(send);
    Payloads texts = payloads.forClient(session.wantsRaw());
    return () -> {
      typing.stopped(session, room);
      changes.submit(
          session,
          room,
          request,
          answer,
          appended ->
              out -> {
                out.writeStringField("id", appended.getEvent().getMessage().getId());
                out.writeNumberField("seq", appended.getEvent().getSeq());
                Payloads.time(out, "createdAt", appended.getEvent().getCommitTimeMs());
                out.writeFieldName("message");
                texts.message(out, appended.getEvent().getMessage());
                duplicate(out, appended);
              });
    };
  }

  static void duplicate(com.fasterxml.jackson.core.JsonGenerator out, Appended appended)
      throws java.io.IOException {
    if (appended.getDuplicate()) {
      out.writeBooleanField("duplicate", true);
    }
    if (appended.getConflict()) {
      out.writeBooleanField("conflict", true);
    }
  }

  private static RoomId addressed(
      ChatSession session, JsonNode argument, SendMessage.Builder send) {
    if (Arguments.namesRoom(argument) || !argument.hasNonNull("receiverId")) {
      return Arguments.room(argument);
    }
    UserId receiver = Arguments.user(argument, "receiverId");
    send.setReceiverId(receiver.value());
    try {
      return RoomId.direct(session.userId(), receiver);
    } catch (InvalidIdException e) {
      throw new RefusedException(ErrorCode.INVALID_ROOM_ID);
    }
  }
}
