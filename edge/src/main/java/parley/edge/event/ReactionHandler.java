package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.ReactToMessage;
import parley.proto.relay.Request;

/// `add-reaction` and `remove-reaction {messageId, emoji, clientMessageId?}` by a member. Ack `{ok,
/// messageId, emoji, seq, reactedAt, duplicate?}`.
final class ReactionHandler implements EventHandler {

  private static final int LONGEST_EMOJI = 32;

  private final boolean remove;
  private final Changes changes;

  ReactionHandler(boolean remove, Changes changes) {
    this.remove = remove;
    this.changes = changes;
  }

  @Override
  public String name() {
    return remove ? ClientEvents.REMOVE_REACTION : ClientEvents.ADD_REACTION;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    Arguments.object(argument);
    MessageId target = Arguments.message(argument);
    String emoji = emoji(argument);
    Request.Builder request =
        Request.newBuilder()
            .setReactToMessage(
                ReactToMessage.newBuilder()
                    .setMessageId(target.toString())
                    .setUserId(session.userId().value())
                    .setEmoji(emoji)
                    .setRemove(remove)
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
                  out.writeStringField("emoji", emoji);
                  out.writeNumberField("seq", appended.getEvent().getSeq());
                  Payloads.time(out, "reactedAt", appended.getEvent().getCommitTimeMs());
                  SendMessageHandler.duplicate(out, appended);
                });
  }

  private static String emoji(JsonNode argument) {
    String emoji = Arguments.name(argument, "emoji", LONGEST_EMOJI);
    boolean fits = !emoji.isEmpty() && emoji.codePoints().noneMatch(Character::isWhitespace);
    if (!fits) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "emoji must have 1 to 32 characters and no white space");
    }
    return emoji;
  }
}
