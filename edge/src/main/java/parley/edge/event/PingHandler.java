package parley.edge.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.socketio.EventEncoder;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.ServerEvents;

/// `ping {timestamp}` -> `pong` with the same data (R10.5): the round trip as an application sees
/// it.
final class PingHandler implements EventHandler {

  @Override
  public String name() {
    return ClientEvents.PING;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    JsonNode data = argument.isMissingNode() ? NullNode.getInstance() : argument;
    return () -> {
      session.send(EventEncoder.event(ServerEvents.PONG, true, out -> pong(out, session, data)));
      answer.ok(out -> {});
    };
  }

  /// Clients that can go on elsewhere take a text at the end of an event for their offset.
  private static void pong(JsonGenerator out, ChatSession session, JsonNode data)
      throws IOException {
    EventEncoder.tree(data).write(out);
    if (session.recoverable() && data.isTextual()) {
      out.writeStartObject();
      out.writeEndObject();
    }
  }
}
