package parley.edge.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import parley.contract.Errors;
import parley.contract.RoomId;
import parley.edge.room.Joining;
import parley.edge.room.Member;
import parley.edge.session.ChatSession;
import parley.edge.socketio.EventEncoder;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;

/// A session on its way into a room, and the four ways in which that can end.
final class RoomJoining implements Joining {

  private final ChatSession session;
  private final RoomId room;
  private final long since;
  private final JoinRoomHandler.Reply reply;
  private final Answer answer;
  private final JoinRoomHandler handler;

  RoomJoining(
      ChatSession session,
      RoomId room,
      long since,
      JoinRoomHandler.Reply reply,
      Answer answer,
      JoinRoomHandler handler) {
    this.session = session;
    this.room = room;
    this.since = since;
    this.reply = reply;
    this.answer = answer;
    this.handler = handler;
  }

  @Override
  public Member member() {
    return session;
  }

  @Override
  public long since() {
    return since;
  }

  @Override
  public void joined(long seq, List<RoomEvent> missed) {
    answer.entered(
        ServerEvents.ROOM_JOINED, room, seq, fields(seq, out -> missed(out, missed, false)));
  }

  @Override
  public void partOf(long head, List<RoomEvent> missed, boolean in) {
    if (!in) {
      handler.abandon(session, room);
    }
    answer.result(ServerEvents.ROOM_JOINED, fields(head, out -> missed(out, missed, true)));
  }

  @Override
  public void reset(long floor, long head) {
    answer.entered(
        ServerEvents.ROOM_JOINED,
        room,
        head,
        fields(
            head,
            out -> {
              out.writeObjectFieldStart("reset");
              out.writeNumberField("floor", floor);
              out.writeNumberField("head", head);
              out.writeEndObject();
            }));
  }

  @Override
  public void failed() {
    handler.abandon(session, room);
    answer.fail(Errors.error(ErrorCode.UNAVAILABLE));
  }

  private EventEncoder.Body fields(long seq, EventEncoder.Body more) {
    return out -> {
      Payloads payloads = handler.payloads();
      out.writeStringField("roomId", room.value());
      out.writeFieldName("room");
      payloads.room(out, reply.joined().getRoom());
      out.writeStringField("role", reply.joined().getRole().name().toLowerCase(Locale.ROOT));
      out.writeArrayFieldStart("onlineUsers");
      for (String user : reply.onlineUsers()) {
        out.writeString(user);
      }
      out.writeEndArray();
      out.writeNumberField("onlineCount", reply.roster().getCount());
      out.writeNumberField("unread", reply.joined().getUnread().getCount());
      out.writeNumberField("readSeq", reply.joined().getUnread().getReadSeq());
      out.writeNumberField("seq", seq);
      more.write(out);
    };
  }

  private void missed(JsonGenerator out, List<RoomEvent> missed, boolean more) throws IOException {
    if (since == FROM_NOW) {
      return;
    }
    out.writeArrayFieldStart("missed");
    for (RoomEvent event : missed) {
      handler.packets().missed(out, event);
    }
    out.writeEndArray();
    out.writeBooleanField("more", more);
    if (more) {
      out.writeNumberField("nextSince", missed.isEmpty() ? since : missed.getLast().getSeq());
    }
  }
}
