package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.MessageId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.relay.EditMessage;
import parley.proto.relay.Request;

/// `edit-message {messageId, content, clientMessageId?}` by the author or a moderator. Ack `{ok,
/// messageId, seq, editedAt, duplicate?}`.
final class EditMessageHandler implements EventHandler {

  private final Contents contents;
  private final Changes changes;

  EditMessageHandler(Contents contents, Changes changes) {
    this.contents = contents;
    this.changes = changes;
  }

  @Override
  public String name() {
    return ClientEvents.EDIT_MESSAGE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.MESSAGES;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    Arguments.object(argument);
    MessageId target = Arguments.message(argument);
    Request.Builder request =
        Request.newBuilder()
            .setEditMessage(
                EditMessage.newBuilder()
                    .setMessageId(target.toString())
                    .setUserId(session.userId().value())
                    .setContent(contents.text(argument, false))
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
                  Payloads.time(out, "editedAt", appended.getEvent().getCommitTimeMs());
                  SendMessageHandler.duplicate(out, appended);
                });
  }
}
