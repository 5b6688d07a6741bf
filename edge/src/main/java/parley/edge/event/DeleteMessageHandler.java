package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.MessageId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.relay.DeleteMessage;
import parley.proto.relay.Request;

/// `delete-message {messageId}` by the author or a moderator: soft. Ack `{ok, messageId, seq,
/// deletedAt, duplicate?}`.
final class DeleteMessageHandler implements EventHandler {

  private final Changes changes;

  DeleteMessageHandler(Changes changes) {
    this.changes = changes;
  }

  @Override
  public String name() {
    return ClientEvents.DELETE_MESSAGE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.MESSAGES;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    MessageId target = Arguments.message(argument);
    Request.Builder request =
        Request.newBuilder()
            .setDeleteMessage(
                DeleteMessage.newBuilder()
                    .setMessageId(target.toString())
                    .setUserId(session.userId().value())
                    .setClientMessageId(Arguments.clientMessageId(argument))
                    .setRequestKey(Changes.requestKey()));
    return () ->
        changes.submit(
            session,
            target.room(),
            request,
            answer,
            appended ->
                out -> {
                  out.writeStringField("messageId", target.toString());
                  out.writeNumberField("seq", appended.getEvent().getSeq());
                  Payloads.time(out, "deletedAt", appended.getEvent().getCommitTimeMs());
                  SendMessageHandler.duplicate(out, appended);
                });
  }
}
