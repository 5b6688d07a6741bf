package parley.edge.vocabulary;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.socketio.EventEncoder;
import parley.proto.bus.UserJoinedRoom;
import parley.proto.bus.UserLeftRoom;
import parley.proto.chat.RoomEvent;

/// What happens in rooms, as clients hear it: encoded here once for all who do.
public final class RoomPackets {

  private final Payloads payloads;
  private final TwoForms forms;
  private final PresencePackets presence;

  public RoomPackets(Payloads payloads) {
    this.payloads = payloads;
    this.forms = new TwoForms(payloads);
    this.presence = new PresencePackets(forms);
  }

  /// What packets are made of, and what one client alone is told.
  public Payloads payloads() {
    return payloads;
  }

  /// What users in rooms do.
  public PresencePackets presence() {
    return presence;
  }

  /// The event name of a log entry; null for entries that clients are not told of.
  static @Nullable String name(RoomEvent event) {
    return switch (event.getBodyCase()) {
      case MESSAGE -> ServerEvents.MESSAGE_RECEIVED;
      case EDITED -> ServerEvents.MESSAGE_EDITED;
      case DELETED -> ServerEvents.MESSAGE_DELETED;
      case REACTED -> ServerEvents.MESSAGE_REACTION;
      case MEMBER_ADDED -> ServerEvents.MEMBER_ADDED;
      case MEMBER_REMOVED -> ServerEvents.MEMBER_REMOVED;
      case VOIDED, BODY_NOT_SET -> null;
    };
  }

  /// A log entry; null for entries that clients are not told of.
  public @Nullable Packet of(RoomEvent event) {
    String name = name(event);
    return name == null
        ? null
        : forms.event(name, false, (texts, out) -> texts.roomEvent(out, event));
  }

  /// Writes `{event, data}` of a log entry that was missed; nothing for entries that clients are
  /// not told of.
  public static void missed(Payloads payloads, JsonGenerator out, RoomEvent event)
      throws IOException {
    String name = name(event);
    if (name != null) {
      out.writeStartObject();
      out.writeStringField("event", name);
      out.writeFieldName("data");
      payloads.roomEvent(out, event);
      out.writeEndObject();
    }
  }

  /// To a connection: its user may not follow the room any more.
  public static Packet removed(RoomId room) {
    return EventEncoder.event(
        ServerEvents.REMOVED_FROM_ROOM,
        false,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", room.value());
          out.writeStringField("reason", "membership ended");
          out.writeEndObject();
        });
  }

  /// A user's first connection entered the room.
  public Packet userJoined(UserJoinedRoom joined) {
    return forms.event(
        ServerEvents.USER_JOINED_ROOM,
        true,
        (texts, out) -> {
          out.writeStartObject();
          out.writeStringField("roomId", joined.getRoomId());
          out.writeFieldName("user");
          texts.user(out, joined.getUser());
          out.writeEndObject();
        });
  }

  /// A user's last connection left the room.
  public Packet userLeft(UserLeftRoom left) {
    return EventEncoder.event(
        ServerEvents.USER_LEFT_ROOM,
        true,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", left.getRoomId());
          out.writeStringField("userId", left.getUserId());
          out.writeEndObject();
        });
  }
}
