package parley.edge.vocabulary;

import parley.edge.engineio.Packet;
import parley.edge.socketio.EventEncoder;
import parley.proto.bus.MessagesRead;
import parley.proto.bus.ReadState;
import parley.proto.bus.RoomCount;
import parley.proto.bus.UserStoppedTyping;
import parley.proto.bus.UserTyping;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// What users do and are, as clients hear it: encoded here once for all who do.
public final class PresencePackets {

  private final TwoForms forms;

  PresencePackets(TwoForms forms) {
    this.forms = forms;
  }

  /// `user-online {userId, username, status, text?}`, `user-offline {userId, lastSeen}` or
  /// `user-status {userId, status, text?}`.
  public Packet changed(PresenceChange change) {
    UserPresence shown = change.getPresence();
    boolean offline = shown.getStatus() == Status.OFFLINE;
    String name =
        offline
            ? ServerEvents.USER_OFFLINE
            : change.getCameOrWent() ? ServerEvents.USER_ONLINE : ServerEvents.USER_STATUS;
    return forms.event(
        name,
        true,
        (payloads, out) -> {
          out.writeStartObject();
          out.writeStringField("userId", shown.getUserId());
          if (offline) {
            Payloads.time(out, "lastSeen", shown.getLastSeenMs());
          } else {
            if (change.getCameOrWent()) {
              out.writeStringField("username", payloads.shown(change.getUser().getUsername()));
            }
            payloads.status(out, shown);
          }
          out.writeEndObject();
        });
  }

  /// `user-typing {roomId, userId, username, expiresAt}`.
  public Packet typing(UserTyping typing) {
    return forms.event(
        ServerEvents.USER_TYPING,
        true,
        (payloads, out) -> {
          out.writeStartObject();
          out.writeStringField("roomId", typing.getRoomId());
          out.writeStringField("userId", typing.getUser().getId());
          out.writeStringField("username", payloads.shown(typing.getUser().getUsername()));
          Payloads.time(out, "expiresAt", typing.getExpiresAtMs());
          out.writeEndObject();
        });
  }

  /// `user-stopped-typing {roomId, userId}`.
  public Packet stoppedTyping(UserStoppedTyping stopped) {
    return EventEncoder.event(
        ServerEvents.USER_STOPPED_TYPING,
        true,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", stopped.getRoomId());
          out.writeStringField("userId", stopped.getUserId());
          out.writeEndObject();
        });
  }

  /// `room-count {roomId, count}`.
  public Packet count(RoomCount count) {
    return EventEncoder.event(
        ServerEvents.ROOM_COUNT,
        true,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", count.getRoomId());
          out.writeNumberField("count", count.getCount());
          out.writeEndObject();
        });
  }

  /// `room-read {roomId, seq, unread, readAt}`.
  public Packet readState(ReadState state) {
    return EventEncoder.event(
        ServerEvents.ROOM_READ,
        true,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", state.getRoomId());
          out.writeNumberField("seq", state.getSeq());
          out.writeNumberField("unread", state.getUnread());
          Payloads.time(out, "readAt", state.getAtMs());
          out.writeEndObject();
        });
  }

  /// `message-read {roomId, messageId, userId, readAt}` of one, `messages-read {roomId, messageIds,
  /// userId, readAt}` of several.
  public Packet read(MessagesRead read) {
    return EventEncoder.event(
        read.getSeveral() ? ServerEvents.MESSAGES_READ : ServerEvents.MESSAGE_READ,
        true,
        out -> {
          out.writeStartObject();
          out.writeStringField("roomId", read.getRoomId());
          if (read.getSeveral()) {
            out.writeArrayFieldStart("messageIds");
            for (String id : read.getMessageIdsList()) {
              out.writeString(id);
            }
            out.writeEndArray();
          } else {
            out.writeStringField("messageId", read.getMessageIds(0));
          }
          out.writeStringField("userId", read.getUserId());
          Payloads.time(out, "readAt", read.getReadAtMs());
          out.writeEndObject();
        });
  }
}
