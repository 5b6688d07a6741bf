package parley.edge.event;

import com.fasterxml.jackson.databind.JsonNode;
import parley.contract.RoomId;
import parley.edge.limit.RateLimiter;
import parley.edge.session.ChatSession;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.ClientEvents;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.PresenceRequest;
import parley.proto.presence.Presences;
import parley.proto.presence.RoomAsked;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.Request;

/// `get-room-presence room` -> `room-presence {roomId, users [{userId, status, text?}], count}`:
/// those whom `room-joined` would name. Members only.
final class RoomPresenceHandler implements EventHandler {

  private final CoreClient core;
  private final PresenceClient presence;
  private final Payloads payloads;

  RoomPresenceHandler(CoreClient core, PresenceClient presence, Payloads payloads) {
    this.core = core;
    this.presence = presence;
    this.payloads = payloads;
  }

  @Override
  public String name() {
    return ClientEvents.GET_ROOM_PRESENCE;
  }

  @Override
  public RateLimiter.Kind kind() {
    return RateLimiter.Kind.OTHERS;
  }

  @Override
  public Action validate(ChatSession session, JsonNode argument, Answer answer) {
    RoomId room = Arguments.room(argument);
    return () -> {
      if (!session.rooms().contains(room)) {
        var unused =
            core.call(
                room.value(),
                Request.newBuilder()
                    .setJoinRoom(
                        JoinRoom.newBuilder()
                            .setRoomId(room.value())
                            .setUserId(session.userId().value())));
      }
      Presences there =
          presence
              .ask(
                  PresenceRequest.newBuilder()
                      .setRoom(RoomAsked.newBuilder().setRoomId(room.value())))
              .getPresences();
      Payloads texts = payloads.forClient(session.wantsRaw());
      answer.result(
          ServerEvents.ROOM_PRESENCE,
          out -> {
            out.writeStringField("roomId", room.value());
            out.writeArrayFieldStart("users");
            for (PresenceChange user : there.getUsersList()) {
              texts.presence(out, user.getPresence());
            }
            out.writeEndArray();
            out.writeNumberField("count", there.getCount());
          });
    };
  }
}
