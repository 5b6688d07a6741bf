package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import parley.contract.Errors;
import parley.contract.RefusedException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.session.SessionEvents;
import parley.edge.socketio.Acknowledgement;
import parley.edge.vocabulary.Payloads;
import parley.proto.errors.ErrorCode;

/// The table of handlers, and the way through each: validate, limit, act. What fails validation
/// counts against the budget too.
public final class EventRouter implements SessionEvents {

  private static final System.Logger LOG = System.getLogger(EventRouter.class.getName());

  private final Map<String, EventHandler> handlers;
  private final RateLimiter limiter;
  private final Payloads payloads;

  /// @param handlers by subject
  public EventRouter(List<List<EventHandler>> handlers, RateLimiter limiter, Payloads payloads) {
    this.handlers =
        handlers.stream()
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableMap(EventHandler::name, Function.identity()));
    this.limiter = limiter;
    this.payloads = payloads;
  }

  @Override
  public void handle(ChatSession session, String name, ArrayNode arguments, Acknowledgement ack) {
    Answer answer = new Answer(session, name, ack, payloads);
    try {
      handle(session, name, arguments, answer);
    } catch (RefusedException e) {
      answer.fail(e.error());
    } catch (RuntimeException e) {
      String correlation = UUID.randomUUID().toString();
      LOG.log(System.Logger.Level.ERROR, "event " + name + " failed, " + correlation, e);
      answer.fail(
          Errors.error(
              ErrorCode.INTERNAL, Errors.words(ErrorCode.INTERNAL) + " (" + correlation + ")"));
    }
  }

  private void handle(ChatSession session, String name, ArrayNode arguments, Answer answer) {
    EventHandler handler = handlers.get(name);
    RateLimiter.Kind kind = handler == null ? RateLimiter.Kind.OTHERS : handler.kind();
    RefusedException invalid = new RefusedException(ErrorCode.UNKNOWN_EVENT);
    EventHandler.Action action = null;
    if (handler != null) {
      JsonNode argument = arguments.size() > 1 ? arguments.get(1) : MissingNode.getInstance();
      try {
        action = handler.validate(session, argument, answer);
      } catch (RefusedException e) {
        invalid = e;
      }
    }
    if (!limiter.allow(session.userId(), kind)) {
      throw new RefusedException(ErrorCode.RATE_LIMITED);
    }
    if (action == null) {
      throw invalid;
    }
    action.act();
  }
}
