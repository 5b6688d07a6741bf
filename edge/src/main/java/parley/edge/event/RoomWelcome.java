package parley.edge.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import parley.contract.Positions;
import parley.edge.room.Joining;
import parley.edge.socketio.EventEncoder;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.presence.RoomRoster;
import parley.proto.relay.RoomJoined;

/// The fields of `room-joined`, and of its acknowledgement.
///
/// @param payloads in the client's form
/// @param joined what core said of the room
/// @param roster what presence said of it
record RoomWelcome(Payloads payloads, RoomJoined joined, RoomRoster roster) {

  private static final EventEncoder.Body NOTHING = out -> {};

  /// Of a client that has everything up to `seq`.
  ///
  /// @param missed nothing when the client named no position
  Split entered(long seq, long since, List<RoomEvent> missed) {
    return new Split(
        this::room,
        out -> {
          facts(out, seq);
          missed(out, since, missed, false);
        },
        NOTHING);
  }

  /// Of a client that has to ask again, and is not to take itself to be in the room.
  Split partOf(long head, long since, List<RoomEvent> missed) {
    return new Split(
        out -> {
          room(out);
          more(out);
        },
        out -> {
          facts(out, head);
          missed(out, since, missed, true);
        },
        RoomWelcome::more);
  }

  /// Of a client that has something that cannot be continued, and is in the room from `head` on.
  Split reset(long floor, long head) {
    return new Split(
        this::room,
        out -> {
          facts(out, head);
          out.writeObjectFieldStart("reset");
          out.writeNumberField("floor", floor);
          out.writeNumberField("head", head);
          out.writeEndObject();
        },
        NOTHING);
  }

  /// What clients of `room-joined` read there (R2.1).
  private void room(JsonGenerator out) throws IOException {
    out.writeStringField("roomId", joined.getRoom().getId());
    out.writeFieldName("room");
    payloads.room(out, joined.getRoom());
    out.writeArrayFieldStart("onlineUsers");
    for (String user : roster.getUserIdsList()) {
      out.writeString(user);
    }
    out.writeEndArray();
  }

  private void facts(JsonGenerator out, long seq) throws IOException {
    out.writeStringField("role", joined.getRole().name().toLowerCase(Locale.ROOT));
    out.writeNumberField("onlineCount", roster.getCount());
    out.writeNumberField("unread", joined.getUnread().getCount());
    out.writeNumberField("readSeq", joined.getUnread().getReadSeq());
    out.writeNumberField("seq", seq);
  }

  private static void more(JsonGenerator out) throws IOException {
    out.writeBooleanField("more", true);
  }

  /// @param more there is more behind it, as {@link #more} says
  private void missed(JsonGenerator out, long since, List<RoomEvent> missed, boolean more)
      throws IOException {
    if (since == Joining.FROM_NOW) {
      return;
    }
    out.writeArrayFieldStart("missed");
    for (RoomEvent event : missed) {
      RoomPackets.missed(payloads, out, event);
    }
    out.writeEndArray();
    if (more) {
      out.writeNumberField(
          "nextSince", missed.isEmpty() ? since : Positions.last(missed.getLast()));
    } else {
      out.writeBooleanField("more", false);
    }
  }
}
