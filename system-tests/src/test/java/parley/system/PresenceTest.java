package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.chat.Role;
import parley.proto.presence.GetPresenceRequest;
import parley.proto.presence.Status;

/// Who is there and what they say of themselves, over two edges.
@Timeout(120)
class PresenceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Parley parley;
  private String ana;
  private String ben;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    ben = parley.user("ben");
  }

  private static List<JSONObject> of(ChatClient client, String event, String user) {
    return client.heard(event).stream().filter(e -> e.optString("userId").equals(user)).toList();
  }

  private static void awaitHeard(ChatClient client, String event, String user) {
    await().atMost(PATIENCE).until(() -> of(client, event, user).size() >= 1);
  }

  @Test
  void comingAndGoingIsToldOnceToWhoSharesRoomsHoweverMany() throws Exception {
    String stranger = parley.user("cleo");
    parley.room(ana, ben);
    parley.room(ana, ben);
    String third = parley.room(ana, ben);
    try (ChatClient watcher = parley.connect(1, ben);
        ChatClient second = parley.connect(0, ben);
        ChatClient other = parley.connect(1, stranger)) {
      watcher.join(third); // being in one of them changes nothing
      ChatClient one = parley.connect(0, ana);
      awaitHeard(watcher, "user-online", ana);
      awaitHeard(second, "user-online", ana);
      JSONObject online = of(watcher, "user-online", ana).getFirst();
      assertEquals("ana", online.getString("username"));
      assertEquals("online", online.getString("status"));
      ChatClient device = parley.connect(1, ana);
      one.close();
      ping(watcher);
      assertEquals(0, of(watcher, "user-offline", ana).size(), "one device is left");
      device.close();
      awaitHeard(watcher, "user-offline", ana);
      assertTrue(of(watcher, "user-offline", ana).getFirst().has("lastSeen"));
      awaitHeard(second, "user-offline", ana);
      ping(watcher);
      assertEquals(1, of(watcher, "user-online", ana).size());
      assertEquals(1, of(watcher, "user-offline", ana).size());
      assertEquals(0, of(other, "user-online", ana).size(), "a stranger hears nothing");
    }
  }

  /// Whatever was on its way has arrived, more or less, when two round trips are over.
  private static void ping(ChatClient client) throws Exception {
    client.done("get-unread", new JSONObject());
    client.done("watch-presence", json("userIds", new JSONArray()));
  }

  @Test
  void whoComesBackWithinTheGraceWasNeverGone() throws Exception {
    parley.room(ana, ben);
    try (ChatClient watcher = parley.connect(1, ben)) {
      ChatClient first = parley.connect(0, ana);
      awaitHeard(watcher, "user-online", ana);
      first.close();
      try (ChatClient again = parley.connect(1, ana)) {
        again.awaitEvent("connected");
        String other = parley.user("dan");
        parley.befriend(ben, other);
        ChatClient marker = parley.connect(0, other);
        awaitHeard(watcher, "user-online", other);
        marker.close();
        awaitHeard(watcher, "user-offline", other); // a whole grace later
        assertEquals(1, of(watcher, "user-online", ana).size());
        assertEquals(0, of(watcher, "user-offline", ana).size());
      }
    }
  }

  @Test
  void friendsHearOfEachOtherFromTheMomentTheyAre() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      parley.befriend(ana, ben);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                one.done(
                    "update-presence", json("status", "busy", "text", "t" + System.nanoTime()));
                return !of(other, "user-status", ana).isEmpty();
              });
      one.done("update-presence", json("status", "away"));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  of(other, "user-status", ana).stream()
                      .anyMatch(e -> e.optString("status").equals("away")));
    }
  }

  @Test
  void statusesAndWordsAreShownAndTheInvisibleAreNot() throws Exception {
    String room = parley.room(ana, ben);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      one.done("update-presence", json("status", "busy", "text", "in a <meeting>"));
      awaitHeard(other, "user-status", ana);
      JSONObject status = of(other, "user-status", ana).getFirst();
      assertEquals("busy", status.getString("status"));
      assertEquals("in a &lt;meeting&gt;", status.getString("text"));
      JSONArray shown = other.done("get-room-presence", room).getJSONArray("users");
      assertEquals(2, shown.length());
      one.done("update-presence", "invisible");
      awaitHeard(other, "user-offline", ana);
      JSONObject hidden = other.done("get-room-presence", room);
      assertEquals(1, hidden.getJSONArray("users").length(), hidden.toString());
      assertEquals(1, hidden.getInt("count"));
      assertEquals(List.of(ben), names(other.entered(room).getJSONArray("onlineUsers")));
      one.done("update-presence", "online");
      awaitHeard(other, "user-online", ana);
    }
  }

  private static List<String> names(JSONArray users) throws Exception {
    List<String> names = new CopyOnWriteArrayList<>();
    for (int i = 0; i < users.length(); i++) {
      names.add(users.getString(i));
    }
    return names;
  }

  @Test
  void aStrangerWhoIsWatchedIsShownAsOfflineAndAFriendAsItIs() throws Exception {
    try (ChatClient watcher = parley.connect(1, ben);
        ChatClient one = parley.connect(0, ana)) {
      one.done("update-presence", "busy");
      JSONObject stranger = watched(watcher, ana);
      assertEquals("offline", stranger.getString("status"));
      assertFalse(stranger.has("lastSeen"));
      one.done("update-presence", "away");
      ping(watcher);
      assertEquals(0, of(watcher, "user-status", ana).size());
      parley.befriend(ana, ben);
      await()
          .atMost(PATIENCE)
          .until(() -> watched(watcher, ana).getString("status").equals("away"));
      one.done("update-presence", "busy");
      awaitHeard(watcher, "user-status", ana);
    }
  }

  private static JSONObject watched(ChatClient watcher, String user) throws Exception {
    return watcher
        .done("watch-presence", json("userIds", new JSONArray(List.of(user))))
        .getJSONArray("users")
        .getJSONObject(0);
  }

  @Test
  void aNewMemberHearsAndIsHeardAndAFormerOneDoesNot() throws Exception {
    String room = parley.room(ana);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      parley.add(room, ben, Role.MEMBER);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                one.done("update-presence", json("status", "busy", "text", "" + System.nanoTime()));
                return !of(other, "user-status", ana).isEmpty();
              });
      parley.remove(room, ben);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                int before = of(other, "user-status", ana).size();
                one.done("update-presence", json("status", "away", "text", "" + System.nanoTime()));
                ping(other);
                return of(other, "user-status", ana).size() == before;
              });
    }
  }

  @Test
  void wrongInputIsRefusedAndChangesNothing() throws Exception {
    String foreign = parley.room(ben);
    try (ChatClient one = parley.connect(0, ana)) {
      one.refused("INVALID_ARGUMENT", "update-presence", json("status", "dancing"));
      one.refused("INVALID_ARGUMENT", "update-presence", json());
      one.refused(
          "INVALID_ARGUMENT", "update-presence", json("status", "busy", "text", "x".repeat(101)));
      one.refused("INVALID_ARGUMENT", "watch-presence", json("userIds", "all"));
      one.refused("INVALID_ARGUMENT", "watch-presence", json("userIds", new JSONArray(List.of(7))));
      one.refused("ACCESS_DENIED", "get-room-presence", foreign);
      one.refused("INVALID_ROOM_ID", "get-room-presence", json());
      assertEquals(
          Status.ONLINE,
          parley
              .presence()
              .getPresence(GetPresenceRequest.newBuilder().addUserIds(ana).build())
              .getUsers(0)
              .getStatus());
    }
  }
}
