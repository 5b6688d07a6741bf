package parley.edge.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.room.LocalRooms;
import parley.edge.session.ChatSession;
import parley.edge.socketio.EventEncoder;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.chat.Message;
import parley.proto.relay.MessagePage;
import parley.proto.relay.ReadMessages;
import parley.proto.relay.Request;

/// `get-recent-messages room | {roomId, before?, limit?}` -> `recent-messages {roomId, messages}`,
/// oldest first, and in the ack, or in the event where none was asked for, `{hasMore, before?,
/// seq}`; `before`, given back, asks for the page before. The ack has `messages` too.
final class RecentMessagesHandler implements EventHandler {

  private static final int LARGEST_PAGE = 100;

  private final CoreClient core;
  private final LocalRooms rooms;
  private final Payloads payloads;

  RecentMessagesHandler(CoreClient core, LocalRooms rooms, Payloads payloads) {
    this.core = core;
    this.rooms = rooms;
    this.payloads = payloads;
  }

  @Override
  public String name() {
    return ClientEvents.GET_RECENT_MESSAGES;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    long before = Arguments.number(argument, "before", 1, Long.MAX_VALUE, 0);
    long limit = Arguments.number(argument, "limit", 1, LARGEST_PAGE, 0);
    Request.Builder request =
        Request.newBuilder()
            .setReadMessages(
                ReadMessages.newBuilder()
                    .setRoomId(room.value())
                    .setUserId(session.userId().value())
                    .setBeforeOrdinal(before)
                    .setLimit((int) limit));
    return () -> {
      // Never older than what this client wrote or was told.
      request
          .getReadMessagesBuilder()
          .setAtLeast(Math.max(session.lastWritten(room), rooms.cursor(room)));
      MessagePage page = core.call(room.value(), request).getMessages();
      Payloads texts = payloads.forClient(session.wantsRaw());
      EventEncoder.Body messages = out -> messages(texts, out, page);
      answer.result(
          ServerEvents.RECENT_MESSAGES,
          new Split(
              out -> {
                out.writeStringField("roomId", room.value());
                messages.write(out);
              },
              out -> place(out, page),
              messages));
    };
  }

  private static void messages(Payloads texts, JsonGenerator out, MessagePage page)
      throws IOException {
    out.writeArrayFieldStart("messages");
    for (Message message : page.getMessagesList()) {
      texts.message(out, message);
    }
    out.writeEndArray();
  }

  private static void place(JsonGenerator out, MessagePage page) throws IOException {
    out.writeBooleanField("hasMore", page.getHasMore());
    if (page.getHasMore()) {
      out.writeNumberField("before", page.getMessages(0).getOrdinal());
    }
    out.writeNumberField("seq", page.getHead());
  }
}
