package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.util.List;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.chat.Role;

/// Edits, deletions, and requests that are repeated.
@Timeout(120)
class ChangesTest {

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
  void editsAndDeletionsReachEverybodyAndHistoryHasTheResult() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      String id = one.send(room, "first").getString("id");
      one.done("edit-message", json("messageId", id, "content", "better"));
      assertEquals("better", other.awaitEvent("message-edited").getString("content"));
      other.refused("UNAUTHORIZED", "edit-message", json("messageId", id, "content", "mine"));
      other.refused("UNAUTHORIZED", "delete-message", json("messageId", id));
      JSONObject recent = other.done("get-recent-messages", room);
      JSONObject stored = recent.getJSONArray("messages").getJSONObject(0);
      assertEquals("better", stored.getString("content"));
      assertTrue(stored.has("editedAt"));
      assertEquals(1, other.awaitEvent("recent-messages").getJSONArray("messages").length());
      one.done("delete-message", json("messageId", id));
      assertEquals(id, other.awaitEvent("message-deleted").getString("messageId"));
      JSONObject after =
          other.done("get-recent-messages", room).getJSONArray("messages").getJSONObject(0);
      assertEquals("", after.getString("content"));
      assertTrue(after.has("deletedAt"));
      other.refused(
          "NOT_FOUND",
          "edit-message",
          json("messageId", room + "~00000000000000ff", "content", "x"));
    }
  }

  @Test
  void aModeratorMayDeleteOthersMessages() throws Exception {
    parley.add(room, ben, Role.MODERATOR);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      String id = one.send(room, "rude").getString("id");
      other.done("delete-message", json("messageId", id));
      assertEquals(id, one.awaitEvent("message-deleted").getString("messageId"));
    }
  }

  @Test
  void aRepeatIsAnsweredWithTheFirstResultAndToldToNobodyAgain() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient sameUserElsewhere = parley.connect(1, ana)) {
      one.join(room);
      JSONObject message = json("roomId", room, "content", "once", "clientMessageId", "cm-1");
      JSONObject first = one.done("send-message", message);
      JSONObject repeat = one.done("send-message", message);
      JSONObject elsewhere = sameUserElsewhere.done("send-message", message);
      assertFalse(first.has("duplicate"));
      assertTrue(repeat.getBoolean("duplicate"));
      assertTrue(elsewhere.getBoolean("duplicate"));
      assertEquals(first.getString("id"), repeat.getString("id"));
      assertEquals(first.getString("id"), elsewhere.getString("id"));
      one.send(room, "next");
      one.awaitEvents("message-received", 2);
      assertEquals(List.of("once", "next"), one.contents());
      assertEquals("cm-1", one.heard("message-received").getFirst().getString("clientMessageId"));
    }
  }
}
