package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import parley.contract.RefusedException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.ClientEvents;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Status;
import parley.proto.presence.StatusSet;

/// `update-presence {status: online|away|busy|invisible, text?}` -> `user-status`, or `user-online`
/// and `user-offline` on the way out of and into invisibility, to those who hear of the user.
final class UpdatePresenceHandler implements EventHandler {

  private static final int LONGEST_TEXT = 100;
  private static final Map<String, Status> STATUSES =
      Map.of(
          "online", Status.ONLINE,
          "away", Status.AWAY,
          "busy", Status.BUSY,
          "invisible", Status.INVISIBLE);

  private final PresenceClient presence;

  UpdatePresenceHandler(PresenceClient presence) {
    this.presence = presence;
  }

  @Override
  public String name() {
    return ClientEvents.UPDATE_PRESENCE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    String word = argument.isTextual() ? argument.textValue() : argument.path("status").asText("");
    Status status = STATUSES.get(word);
    if (status == null) {
      throw new RefusedException(
          ErrorCode.INVALID_ARGUMENT, "status must be online, away, busy or invisible");
    }
    String text = argument.isObject() ? Arguments.text(argument, "text", LONGEST_TEXT) : "";
    PresenceRequest.Builder request =
        PresenceRequest.newBuilder()
            .setStatus(
                StatusSet.newBuilder()
                    .setUserId(session.userId().value())
                    .setStatus(status)
                    .setText(text));
    return () -> {
      var unused = presence.ask(request);
      answer.ok(out -> out.writeStringField("status", word));
    };
  }
}
