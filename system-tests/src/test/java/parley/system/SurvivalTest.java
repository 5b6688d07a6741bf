package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A store, or an edge, is away: what still works, what fails and how, and that all is well after.
/// Processes that die in the middle of a conversation are the fault test's affair.
@Timeout(180)
class SurvivalTest extends SurvivalFixture {

  /// How long Redis stands still, in seconds: `-Dparley.redis.still=30` for a long stop.
  private static final int STILL = Integer.getInteger("parley.redis.still", 5);

  @Test
  void withTheStoreAwaySendsFailRetryablyAndResume() throws Exception {
    String ana = parley.user("ana");
    String room = parley.room(ana);
    try (ChatClient client = parley.connect(0, ana)) {
      client.join(room);
      client.send(room, "before");
      parley.cluster.child("store").killAndHold();
      JSONObject ack =
          client.ask(
              "send-message",
              json("roomId", room, "content", "during", "clientMessageId", "during-1"));
      assertEquals(false, ack.getBoolean("ok"), ack.toString());
      assertTrue(ack.getJSONObject("error").getBoolean("retryable"), ack::toString);
      parley.cluster.child("store").release();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  client
                      .ask(
                          "send-message",
                          json("roomId", room, "content", "during", "clientMessageId", "during-1"))
                      .getBoolean("ok"));
      await().until(() -> client.contents().equals(List.of("before", "during")));
    } finally {
      parley.cluster.child("store").release();
    }
  }

  @Test
  void withTheStoreAwayHotRoomsCanBeRead() throws Exception {
    String ana = parley.user("ana");
    String room = parley.room(ana);
    try (ChatClient one = parley.connect(0, ana)) {
      one.join(room);
      for (int i = 0; i < 40; i++) {
        one.send(room, "m" + i);
      }
      parley.cluster.child("store").killAndHold();
      JSONObject page = one.done("get-recent-messages", json("roomId", room, "limit", 30));
      assertEquals(30, page.getJSONArray("messages").length());
      assertEquals("m39", page.getJSONArray("messages").getJSONObject(29).getString("content"));
      one.refused("UNAVAILABLE", "get-recent-messages", json("roomId", room, "before", 20));
    } finally {
      parley.cluster.child("store").release();
    }
    try (ChatClient after = parley.connect(1, ana)) {
      after.join(room);
      after.send(room, "afterwards");
    }
  }

  @Test
  void withRedisAwayPeopleChatOn() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      parley.cluster.child("redis").killAndHold();
      for (int i = 0; i < 5; i++) {
        one.send(room, "m" + i);
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> other.contents().equals(List.of("m0", "m1", "m2", "m3", "m4")));
      String late = parley.room(ana, ben);
      one.join(late);
      one.send(late, "in a room that was first joined meanwhile");
      await().atMost(Duration.ofSeconds(10)).until(() -> one.contents().size() == 6);
      parley.cluster.child("redis").release();
      one.send(room, "afterwards");
      await().atMost(Duration.ofSeconds(20)).until(() -> other.contents().contains("afterwards"));
    } finally {
      parley.cluster.child("redis").release();
    }
  }

  /// Its connections stay open, and nothing passes: worse than a Redis that is gone.
  @Test
  void whileRedisStandsStillPeopleChatOn() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      one.send(room, "before");
      await().atMost(Duration.ofSeconds(20)).until(() -> other.contents().contains("before"));
      parley.cluster.child("redis").pause(true);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STILL);
      int sent = 0;
      while (System.nanoTime() < end) {
        String content = "m" + sent++;
        one.send(room, content);
        await().atMost(Duration.ofSeconds(10)).until(() -> other.contents().contains(content));
      }
      parley.cluster.child("redis").pause(false);
      one.send(room, "after");
      await().atMost(Duration.ofSeconds(20)).until(() -> other.contents().contains("after"));
      assertEquals(sent + 2, other.contents().size());
    } finally {
      parley.cluster.child("redis").pause(false);
    }
  }
}
