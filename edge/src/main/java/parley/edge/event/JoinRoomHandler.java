package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.room.Joining;
import parley.edge.session.ChatSession;
import parley.edge.session.Stays;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.proto.relay.RoomJoined;

/// `join-room room | {roomId, since?}` -> `room-joined {roomId, room, onlineUsers}`, and in the
/// ack, or in the event where none was asked for, `{role, onlineCount, unread, readSeq, seq,
/// missed?, more?, nextSince?, reset?}`. With `since`, the last seq that the client knows, that
/// holds what was missed; no live event of the room comes before it.
final class JoinRoomHandler implements EventHandler {

  private final Stays stays;
  private final Payloads payloads;

  JoinRoomHandler(Stays stays, Payloads payloads) {
    this.stays = stays;
    this.payloads = payloads;
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
    RoomJoined joined = stays.permission(session, room);
    Stays.Entered entered = stays.enter(session, room, joined, since);
    RoomWelcome welcome =
        new RoomWelcome(payloads.forClient(session.wantsRaw()), joined, entered.roster());
    stays.attach(entered.stay(), new RoomJoining(stays, entered.stay(), since, welcome, answer));
  }
}
