package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.time.Duration;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Reactions are entries of the room's log like any other change, over two edges.
@Timeout(120)
class ReactionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Parley parley;
  private String ana;
  private String ben;
  private String room;
  private ChatClient one;
  private ChatClient other;
  private String message;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    ben = parley.user("ben");
    room = parley.room(ana, ben);
    one = parley.connect(0, ana);
    other = parley.connect(1, ben);
    one.join(room);
    other.join(room);
    message = one.send(room, "hello").getString("id");
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void areToldToTheRoomAtAPositionOfTheirOwnAndShownInHistory() throws Exception {
    JSONObject ack = other.done("add-reaction", json("messageId", message, "emoji", "👍"));
    one.done("add-reaction", json("messageId", message, "emoji", "👍"));
    one.done("add-reaction", json("messageId", message, "emoji", ":tada:"));
    JSONObject heard = one.awaitEvents("message-reaction", 3).getFirst();
    assertEquals(room, heard.getString("roomId"));
    assertEquals(message, heard.getString("messageId"));
    assertEquals("👍", heard.getString("emoji"));
    assertEquals("added", heard.getString("action"));
    assertEquals(ben, heard.getString("userId"));
    assertEquals(ack.getLong("seq"), heard.getLong("seq"));
    assertTrue(heard.getString("reactedAt").endsWith("Z"));
    JSONArray reactions = shown();
    assertEquals(2, reactions.length());
    assertEquals(2, reactions.getJSONObject(0).getInt("count"));
    assertEquals(ben, reactions.getJSONObject(0).getJSONArray("userIds").getString(0));
    assertEquals(":tada:", reactions.getJSONObject(1).getString("emoji"));
  }

  @Test
  void canBeTakenBack() throws Exception {
    other.done("add-reaction", json("messageId", message, "emoji", "👍"));
    other.done("remove-reaction", json("messageId", message, "emoji", "👍"));
    one.awaitEvents("message-reaction", 2);
    assertEquals("removed", one.heard("message-reaction").get(1).getString("action"));
    assertEquals(0, shown().length());
  }

  @Test
  void aRepeatHasNoFurtherEffect() throws Exception {
    JSONObject plain = json("messageId", message, "emoji", "👍");
    long first = other.done("add-reaction", plain).getLong("seq");
    JSONObject again = other.done("add-reaction", plain);
    assertEquals(first, again.getLong("seq"));
    assertTrue(again.getBoolean("duplicate"));
    JSONObject named =
        json("messageId", message, "emoji", "👍", "clientMessageId", "take it back once");
    long removed = other.done("remove-reaction", named).getLong("seq");
    long added = other.done("add-reaction", plain).getLong("seq");
    assertEquals(
        removed, other.done("remove-reaction", named).getLong("seq"), "the first result, not anew");
    assertEquals(added, removed + 1);
    assertEquals(1, shown().getJSONObject(0).getInt("count"));
    assertEquals(3, one.awaitEvents("message-reaction", 3).size());
  }

  @Test
  void anEditKeepsThemAndADeletionTakesThem() throws Exception {
    other.done("add-reaction", json("messageId", message, "emoji", "👍"));
    JSONObject edit = json("messageId", message, "content", "hello again");
    long edited = one.done("edit-message", edit).getLong("seq");
    other.done("add-reaction", json("messageId", message, "emoji", "❤"));
    assertEquals(
        edited, one.done("edit-message", edit).getLong("seq"), "the repeat of an edit is the edit");
    assertEquals(2, shown().length());
    one.done("delete-message", json("messageId", message));
    assertEquals(0, shown().length());
    other.refused("NOT_FOUND", "add-reaction", json("messageId", message, "emoji", "👍"));
  }

  @Test
  void badOnesAreRefusedAndChangeNothing() throws Exception {
    other.refused("INVALID_ARGUMENT", "add-reaction", json("messageId", message));
    for (String emoji : new String[] {"", "two words", "x".repeat(33), "\u0001"}) {
      other.refused("INVALID_ARGUMENT", "add-reaction", json("messageId", message, "emoji", emoji));
    }
    other.refused("INVALID_ARGUMENT", "add-reaction", json("messageId", "?", "emoji", "👍"));
    try (ChatClient stranger = parley.connect(0, parley.user("eve"))) {
      stranger.refused("ACCESS_DENIED", "add-reaction", json("messageId", message, "emoji", "👍"));
    }
    assertEquals(0, shown().length());
    assertFalse(one.heard("message-reaction").stream().findAny().isPresent());
  }

  @Test
  void areAmongWhatWasMissed() throws Exception {
    long seen = one.send(room, "seen").getLong("seq");
    other.done("add-reaction", json("messageId", message, "emoji", "👍"));
    try (ChatClient late = parley.connect(0, ben)) {
      JSONArray missed =
          late.done("join-room", json("roomId", room, "since", seen)).getJSONArray("missed");
      assertEquals(1, missed.length());
      assertEquals("message-reaction", missed.getJSONObject(0).getString("event"));
    }
  }

  /// What each reader of the room's history sees, from memory and from the store.
  private JSONArray shown() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertEquals(
                    reactions(one, json("roomId", room)).toString(),
                    reactions(other, json("roomId", room, "before", 1_000_000)).toString()));
    return reactions(one, json("roomId", room));
  }

  private JSONArray reactions(ChatClient client, JSONObject page) throws Exception {
    JSONArray messages = client.done("get-recent-messages", page).getJSONArray("messages");
    for (int i = 0; i < messages.length(); i++) {
      JSONObject each = messages.getJSONObject(i);
      if (each.getString("id").equals(message)) {
        return each.has("reactions") ? each.getJSONArray("reactions") : new JSONArray();
      }
    }
    throw new AssertionError("not in the page: " + messages);
  }
}
