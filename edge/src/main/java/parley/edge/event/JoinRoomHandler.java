package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.room.Joining;
import parley.edge.room.LocalRooms;
import parley.edge.session.ChatSession;
import parley.edge.session.Sharing;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.presence.RoomRoster;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;

/// `join-room room | {roomId, since?}` -> `room-joined {roomId, room, role, onlineUsers,
/// onlineCount, unread, readSeq, seq, missed?, more?, reset?}`. With `since`, the last seq that the
/// client knows, the answer holds what was missed; no live event of the room comes before it.
final class JoinRoomHandler implements EventHandler {

  private final CoreClient core;
  private final PresenceClient presence;
  private final LocalRooms rooms;
  private final Payloads payloads;
  private final RoomPackets packets;
  private final Sharing sharing;

  JoinRoomHandler(
      CoreClient core,
      PresenceClient presence,
      LocalRooms rooms,
      Payloads payloads,
      RoomPackets packets,
      Sharing sharing) {
    this.core = core;
    this.presence = presence;
    this.rooms = rooms;
    this.payloads = payloads;
    this.packets = packets;
    this.sharing = sharing;
  }

  @Override
  public String name() {
    return ClientEvents.JOIN_ROOM;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    long since = Arguments.number(argument, "since", 0, Long.MAX_VALUE, Joining.FROM_NOW);
    return () -> join(session, room, since, answer);
  }

  private void join(ChatSession session, RoomId room, long since, Answer answer) {
    Request.Builder request =
        Request.newBuilder()
            .setJoinRoom(
                JoinRoom.newBuilder().setRoomId(room.value()).setUserId(session.userId().value()));
    RoomJoined joined = core.call(room.value(), request).getRoomJoined();
    session.rooms().add(room);
    sharing.entered(session, room, joined.getLarge());
    RoomRoster roster =
        presence.entered(session.id(), session.shownUser(), room).orElseGet(() -> alone(session));
    session.entering(room, since);
    rooms.attach(
        room, new RoomJoining(session, room, since, new Reply(joined, roster), answer, this));
    if (session.ended()) { // its clean-up may have come too early for this room
      rooms.detach(room, session);
      presence.left(session.id(), session.shownUser(), room);
      sharing.left(session, room);
    }
  }

  /// What is said when presence cannot be asked.
  private static RoomRoster alone(ChatSession session) {
    return RoomRoster.newBuilder().addUserIds(session.userId().value()).setCount(1).build();
  }

  void abandon(ChatSession session, RoomId room) {
    if (session.leave(room)) {
      presence.left(session.id(), session.shownUser(), room);
      sharing.left(session, room);
    }
  }

  Payloads payloads() {
    return payloads;
  }

  RoomPackets packets() {
    return packets;
  }

  /// What core and presence said of the room.
  record Reply(RoomJoined joined, RoomRoster roster) {

    List<String> onlineUsers() {
      return roster.getUserIdsList();
    }
  }
}
