package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.MessageId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.relay.ReadReaders;
import parley.proto.relay.Readers;
import parley.proto.relay.Request;

/// `get-readers {messageId}` -> `readers {messageId, readBy: userId[], count, delivered}`: who has
/// read a message, its sender first, at most 100 of them. Members only.
final class ReadersHandler implements EventHandler {

  private final CoreClient core;

  ReadersHandler(CoreClient core) {
    this.core = core;
  }

  @Override
  public String name() {
    return ClientEvents.GET_READERS;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    MessageId message = Arguments.message(argument);
    return () -> {
      Readers readers =
          core.call(
                  message.room().value(),
                  Request.newBuilder()
                      .setReadReaders(
                          ReadReaders.newBuilder()
                              .setMessageId(message.toString())
                              .setUserId(session.userId().value())))
              .getReaders();
      answer.result(
          ServerEvents.READERS,
          out -> {
            out.writeStringField("messageId", message.toString());
            out.writeArrayFieldStart("readBy");
            for (String user : readers.getUserIdsList()) {
              out.writeString(user);
            }
            out.writeEndArray();
            out.writeNumberField("count", readers.getCount());
            out.writeNumberField("delivered", readers.getDelivered());
          });
    };
  }
}
