package parley.edge.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import parley.contract.Positions;
import parley.edge.room.Joining;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.presence.RoomRoster;
import parley.proto.relay.RoomJoined;

/// The fields of `room-joined`.
///
/// @param joined what core said of the room
/// @param roster what presence said of it
record RoomWelcome(RoomPackets packets, RoomJoined joined, RoomRoster roster) {

  /// Of a client that has everything up to `seq`, or is told where the room stands.
  void write(JsonGenerator out, long seq) throws IOException {
    out.writeStringField("roomId", joined.getRoom().getId());
    out.writeFieldName("room");
    packets.payloads().room(out, joined.getRoom());
    out.writeStringField("role", joined.getRole().name().toLowerCase(Locale.ROOT));
    out.writeArrayFieldStart("onlineUsers");
    for (String user : roster.getUserIdsList()) {
      out.writeString(user);
    }
    out.writeEndArray();
    out.writeNumberField("onlineCount", roster.getCount());
    out.writeNumberField("unread", joined.getUnread().getCount());
    out.writeNumberField("readSeq", joined.getUnread().getReadSeq());
    out.writeNumberField("seq", seq);
  }

  /// What the client missed; nothing when it named no position.
  ///
  /// @param more there is more behind it
  void missed(JsonGenerator out, long since, List<RoomEvent> missed, boolean more)
      throws IOException {
    if (since == Joining.FROM_NOW) {
      return;
    }
    out.writeArrayFieldStart("missed");
    for (RoomEvent event : missed) {
      packets.missed(out, event);
    }
    out.writeEndArray();
    out.writeBooleanField("more", more);
    if (more) {
      out.writeNumberField(
          "nextSince", missed.isEmpty() ? since : Positions.last(missed.getLast()));
    }
  }

  /// What the client knew cannot be continued.
  static void reset(JsonGenerator out, long floor, long head) throws IOException {
    out.writeObjectFieldStart("reset");
    out.writeNumberField("floor", floor);
    out.writeNumberField("head", head);
    out.writeEndObject();
  }
}
