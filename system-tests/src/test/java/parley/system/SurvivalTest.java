package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.proto.api.ReadHistoryRequest;
import parley.proto.api.ReadHistoryResponse;
import parley.proto.chat.Message;

/// Processes are killed with SIGKILL in the middle of a run; clients try again. Every acknowledged
/// message is there, once, in the order of its sender, and everybody sees one order.
@Timeout(180)
class SurvivalTest {

  @TempDir static Path data;
  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.start(data, options -> options.with("--rate-limit", "off"));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
  }

  /// A sender that repeats what is not acknowledged, with the same id, until it is.
  private static final class Sender {
    final String user;
    final String room;
    final ChatClient client;
    final Map<Integer, String> acknowledged = new ConcurrentHashMap<>();
    final AtomicBoolean stop = new AtomicBoolean();
    final Thread thread;
    volatile Throwable failure;
    volatile int sent;

    Sender(Parley parley, int edge, String user, String room) throws Exception {
      this.user = user;
      this.room = room;
      this.client = parley.connect(edge, user);
      client.join(room);
      this.thread = Thread.ofVirtual().unstarted(this::run);
    }

    private void run() {
      try {
        while (!stop.get()) {
          deliver(sent);
          sent++;
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    private void deliver(int number) throws Exception {
      JSONObject message =
          json("roomId", room, "content", user + " " + number, "clientMessageId", "n" + number);
      while (true) {
        JSONObject ack = client.ask("send-message", message);
        if (ack.getBoolean("ok")) {
          acknowledged.put(number, ack.getString("id"));
          return;
        }
        assertTrue(ack.getJSONObject("error").getBoolean("retryable"), ack::toString);
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }

    void finish() throws Exception {
      stop.set(true);
      thread.join(Duration.ofSeconds(30));
      if (failure != null) {
        throw new AssertionError("sender " + user, failure);
      }
    }
  }

  private static void assertSurvives(String victim) throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    Sender one = new Sender(parley, 0, ana, room);
    Sender other = new Sender(parley, 1, ben, room);
    one.thread.start();
    other.thread.start();
    for (int round = 1; round <= 2; round++) {
      int enough = one.sent + 50;
      await().atMost(Duration.ofSeconds(60)).until(() -> one.sent > enough && other.sent > enough);
      parley.cluster.child(victim).kill();
    }
    int after = one.sent + 50;
    await().atMost(Duration.ofSeconds(60)).until(() -> one.sent > after && other.sent > after);
    one.finish();
    other.finish();

    List<Message> history = history(room);
    Map<String, Integer> times = new HashMap<>();
    history.forEach(message -> times.merge(message.getContent(), 1, Integer::sum));
    for (Sender sender : List.of(one, other)) {
      List<String> contents = new ArrayList<>();
      history.stream()
          .filter(message -> message.getSender().getId().equals(sender.user))
          .forEach(message -> contents.add(message.getContent()));
      for (int i = 0; i < sender.sent; i++) {
        assertNotNull(sender.acknowledged.get(i));
        assertEquals(1, times.get(sender.user + " " + i), "times that " + i + " is there");
        assertEquals(sender.user + " " + i, contents.get(i), "a sender's order is kept");
      }
    }
    List<String> order = history.stream().map(Message::getContent).toList();
    for (Sender sender : List.of(one, other)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> sender.client.contents().size() >= order.size());
      assertTrue(order.equals(sender.client.contents()), sender.user + " sees the one order");
      sender.client.close();
    }
  }

  private static List<Message> history(String room) {
    List<Message> messages = new ArrayList<>();
    long before = 0;
    while (true) {
      ReadHistoryResponse page =
          parley
              .messages()
              .readHistory(
                  ReadHistoryRequest.newBuilder()
                      .setRoomId(room)
                      .setBeforeOrdinal(before)
                      .setLimit(100)
                      .build());
      messages.addAll(0, page.getMessagesList());
      if (!page.getHasMore()) {
        return messages;
      }
      before = page.getMessages(0).getOrdinal();
    }
  }

  @Test
  void coreKilledInTheMiddle() throws Exception {
    assertSurvives("core");
  }

  @Test
  void theStoreKilledInTheMiddle() throws Exception {
    assertSurvives("store");
  }

  @Test
  void redisKilledInTheMiddle() throws Exception {
    assertSurvives("redis");
  }

  @Test
  void presenceKilledInTheMiddle() throws Exception {
    assertSurvives("presence");
  }

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

  @Test
  void anEdgeThatDiesLeavesNobodyOnline() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      one.awaitEvent("user-joined-room");
      other.socket.io().reconnection(false);
      parley.cluster.child("edge-2").kill();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  one.heard("user-left-room").stream()
                      .anyMatch(left -> left.optString("userId").equals(ben)));
    }
  }
}
