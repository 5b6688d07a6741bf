package parley.edge.session;

import parley.edge.limit.LimitConfig;
import parley.edge.socketio.EventEncoder;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.chat.Room;
import parley.proto.relay.Authenticated;
import parley.proto.relay.RoomUnread;

/// The `connected` event (R1.8).
public final class Welcome {

  private final Payloads payloads;
  private final LimitConfig limits;

  public Welcome(Payloads payloads, LimitConfig limits) {
    this.payloads = payloads;
    this.limits = limits;
  }

  void send(ChatSession session, Authenticated authenticated, boolean recovered) {
    Payloads texts = payloads.forClient(session.wantsRaw());
    session.send(
        EventEncoder.event(
            ServerEvents.CONNECTED,
            false,
            out -> {
              out.writeStartObject();
              out.writeFieldName("user");
              texts.self(out, authenticated.getUser());
              out.writeStringField("connectionId", session.id());
              out.writeBooleanField("recovered", recovered);
              Payloads.time(out, "serverTime", System.currentTimeMillis());
              out.writeArrayFieldStart("rooms");
              for (Room room : authenticated.getRoomsList()) {
                texts.room(out, room);
              }
              out.writeEndArray();
              out.writeObjectFieldStart("unread");
              for (RoomUnread unread : authenticated.getUnreadList()) {
                out.writeNumberField(unread.getRoomId(), unread.getCount());
              }
              out.writeEndObject();
              if (limits.enabled()) {
                out.writeObjectFieldStart("limits");
                out.writeNumberField("messages", limits.messages());
                out.writeNumberField("others", limits.others());
                out.writeNumberField("windowSeconds", limits.window().toSeconds());
                out.writeEndObject();
              }
              out.writeEndObject();
            }));
  }
}
