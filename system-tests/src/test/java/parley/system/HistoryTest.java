package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What was said before.
@Timeout(120)
class HistoryTest {

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
  void historyIsPagedBackFromTheNewest() throws Exception {
    for (int i = 0; i < 23; i++) {
      parley.send(room, ana, "m" + i);
    }
    try (ChatClient one = parley.connect(0, ben)) {
      List<String> contents = new ArrayList<>();
      JSONObject query = json("roomId", room, "limit", 10);
      boolean more = true;
      while (more) {
        JSONObject page = one.done("get-recent-messages", query);
        List<String> part = new ArrayList<>();
        for (int i = 0; i < page.getJSONArray("messages").length(); i++) {
          part.add(page.getJSONArray("messages").getJSONObject(i).getString("content"));
        }
        contents.addAll(0, part);
        more = page.getBoolean("hasMore");
        if (more) {
          query = json("roomId", room, "limit", 10, "before", page.getLong("before"));
        }
      }
      assertEquals(23, contents.size());
      assertEquals("m0", contents.getFirst());
      assertEquals("m22", contents.getLast());
    }
  }

  @Test
  void whoComesBackWithItsLastPositionGetsExactlyWhatItMissed() throws Exception {
    try (ChatClient one = parley.connect(0, ana)) {
      long seq = one.join(room).getLong("seq");
      one.close();
      for (int i = 0; i < 5; i++) {
        parley.send(room, ben, "missed " + i);
      }
      try (ChatClient back = parley.connect(1, ana)) {
        JSONObject joined = back.done("join-room", json("roomId", room, "since", seq));
        JSONArray missed = joined.getJSONArray("missed");
        assertEquals(5, missed.length());
        for (int i = 0; i < 5; i++) {
          assertEquals("message-received", missed.getJSONObject(i).getString("event"));
          assertEquals(
              "missed " + i, missed.getJSONObject(i).getJSONObject("data").getString("content"));
        }
        assertFalse(joined.getBoolean("more"));
        parley.send(room, ben, "live");
        assertEquals("live", back.awaitEvent("message-received").getString("content"));
        assertTrue(back.done("join-room", json("roomId", room, "since", 1_000_000)).has("reset"));
      }
    }
  }
}
