package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static parley.system.ChatClient.json;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.api.ReadHistoryRequest;
import parley.proto.chat.Role;

/// Who may be in a room, from when to when.
@Timeout(120)
class MembershipTest {

  private Parley parley;
  private String ana;
  private String ben;
  private String room;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    ben = parley.user("ben");
    room = parley.room(ana, ben);
  }

  @Test
  void foreignRoomsAreRefusedForEveryOperation() throws Exception {
    String eve = parley.user("eve");
    String message = parley.send(room, ana, "private").getId();
    try (ChatClient client = parley.connect(0, eve)) {
      client.refused("ACCESS_DENIED", "join-room", room);
      client.refused("ACCESS_DENIED", "join-room", "no-such-room");
      client.refused("ACCESS_DENIED", "send-message", json("roomId", room, "content", "hi"));
      client.refused("ACCESS_DENIED", "get-recent-messages", room);
      client.refused("ACCESS_DENIED", "edit-message", json("messageId", message, "content", "x"));
      client.refused("ACCESS_DENIED", "delete-message", json("messageId", message));
    }
    assertEquals(
        1,
        parley
            .messages()
            .readHistory(ReadHistoryRequest.newBuilder().setRoomId(room).build())
            .getMessagesCount());
  }

  @Test
  void membershipTakesEffectOnLiveConnectionsAtOnce() throws Exception {
    String cleo = parley.user("cleo");
    try (ChatClient one = parley.connect(0, ana);
        ChatClient late = parley.connect(1, cleo)) {
      one.join(room);
      late.refused("ACCESS_DENIED", "join-room", room);
      parley.add(room, cleo, Role.MEMBER);
      assertEquals(room, late.awaitEvent("member-added").getString("roomId"));
      assertEquals(cleo, one.awaitEvent("member-added").getJSONObject("user").getString("id"));
      late.join(room);
      one.send(room, "welcome");
      late.awaitEvent("message-received");
      parley.remove(room, cleo);
      assertEquals(room, late.awaitEvent("removed-from-room").getString("roomId"));
      assertEquals(cleo, one.awaitEvent("member-removed").getString("userId"));
      one.send(room, "without her");
      one.awaitEvents("message-received", 2);
      late.refused("ACCESS_DENIED", "send-message", json("roomId", room, "content", "hey"));
      assertEquals(List.of("welcome"), late.contents());
    }
  }
}
