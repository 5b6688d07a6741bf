package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.time.Duration;
import java.util.stream.IntStream;
import org.json.JSONArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.presence.IsUserOnlineRequest;

/// `socket.id` of the official JavaScript client, over its connections: the same for as long as it
/// goes on where it was. What tells its connections apart is presence's affair.
@Timeout(180)
class SocketIdTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
  }

  private static int connections(String user) {
    return parley
        .presence()
        .isUserOnline(IsUserOnlineRequest.newBuilder().setUserId(user).build())
        .getConnections();
  }

  private static long told(ChatClient client, String event, String user) {
    return client.heard(event).stream().filter(e -> e.optString("userId").equals(user)).count();
  }

  /// A client in a room, that has heard something there.
  private static OfficialClient inRoom(int edge, String user, String room, String sender)
      throws Exception {
    OfficialClient client = new OfficialClient(parley.url(edge), parley.token(user));
    client.awaitConnect(1);
    client.done("join-room", room);
    parley.send(room, sender, "hello");
    await().atMost(PATIENCE).until(() -> !client.events("message-received").isEmpty());
    return client;
  }

  private static void awaitGoesOn(OfficialClient client, int connect) {
    OfficialClient.Connect next = client.awaitConnect(connect);
    assertTrue(next.recovered());
    assertEquals(client.connects().getFirst().id(), next.id());
    await().atMost(PATIENCE).until(() -> client.events("connected").size() == connect);
    assertEquals(next.id(), client.events("connected").getLast().getString("connectionId"));
  }

  @Test
  void whoGoesOnKeepsItOnTheSameEdgeOnAnotherAndAfterAKill() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (OfficialClient client = inRoom(0, ana, room, ben)) {
      client.say("break");
      awaitGoesOn(client, 2);
      client.say("break");
      awaitGoesOn(client, 3);
      client.say("to " + parley.url(1));
      client.say("break");
      awaitGoesOn(client, 4);
      client.say("to " + parley.url(0));
      parley.cluster.child("edge-2").killAndHold();
      awaitGoesOn(client, 5);
      assertEquals(1, client.events("message-received").size());
      await().atMost(PATIENCE).until(() -> connections(ana) == 1);
      client.say("forget");
      client.say("break");
      assertFalse(client.awaitConnect(6).recovered());
      assertNotEquals(client.connects().getFirst().id(), client.awaitConnect(6).id());
    } finally {
      parley.cluster.child("edge-2").release();
      await().atMost(PATIENCE).until(() -> parley.status(1, "/health/live") == 200);
    }
  }

  @Test
  void whatItDidItselfIsNotToldToItAfterItWentOn() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (OfficialClient client = inRoom(0, ana, room, ben);
        ChatClient other = parley.connect(0, ana)) {
      client.say("to " + parley.url(1));
      client.say("break");
      awaitGoesOn(client, 2);
      client.done("mark-read", json("roomId", room, "all", true));
      other.awaitEvents("room-read", 1);
      other.done("mark-read", json("roomId", room, "all", true));
      await().atMost(PATIENCE).until(() -> !client.events("room-read").isEmpty());
      assertEquals(1, client.events("room-read").size(), "the other's alone");
    }
  }

  /// Two edges know connections of one socket at once, and the former one ends last.
  @Test
  void whoGoesOnIsHereWhateverItsFormerEdgeSaysLater() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (ChatClient watcher = parley.connect(0, ben)) {
      watcher.join(room);
      try (OfficialClient client = inRoom(1, ana, room, ben)) {
        parley.cluster.child("edge-2").pause(true);
        try {
          client.say("to " + parley.url(0));
          client.say("break");
          awaitGoesOn(client, 2);
          assertEquals(2, connections(ana));
        } finally {
          parley.cluster.child("edge-2").pause(false);
        }
        await().atMost(PATIENCE).until(() -> connections(ana) == 1);
        await() // for what is due after a grace
            .during(Duration.ofSeconds(4))
            .atMost(PATIENCE)
            .until(() -> told(watcher, "user-offline", ana) == 0);
        assertEquals(0, told(watcher, "user-left-room", ana));
        assertEquals(1, told(watcher, "user-online", ana));
        watcher.done("get-room-presence", room);
        JSONArray users = watcher.awaitEvent("room-presence").getJSONArray("users");
        assertEquals(
            1,
            IntStream.range(0, users.length())
                .filter(i -> users.getJSONObject(i).getString("userId").equals(ana))
                .count());
        assertEquals(2, watcher.awaitEvent("room-presence").getInt("count"));
      }
      await().atMost(PATIENCE).until(() -> told(watcher, "user-offline", ana) == 1);
      await().atMost(PATIENCE).until(() -> told(watcher, "user-left-room", ana) == 1);
      assertEquals(0, connections(ana));
    }
  }
}
