package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.api.GetReadersRequest;
import parley.proto.api.GetUnreadRequest;
import parley.proto.api.MarkReadRequest;
import redis.clients.jedis.RedisClient;

/// Who has read what, over two edges.
@Timeout(120)
class ReceiptsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Parley parley;
  private String ana;
  private String ben;
  private String room;
  private ChatClient sender;
  private ChatClient reader;
  private String first;
  private String second;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    ben = parley.user("ben");
    room = parley.room(ana, ben);
    sender = parley.connect(0, ana);
    reader = parley.connect(1, ben);
    sender.join(room);
    reader.join(room);
    first = sender.send(room, "one").getString("id");
    second = sender.send(room, "two").getString("id");
  }

  @AfterEach
  void close() {
    sender.close();
    reader.close();
  }

  @Test
  void readingOneMessageIsToldToItsSender() throws Exception {
    JSONObject ack = reader.done("mark-read", json("roomId", room, "messageId", first));
    assertEquals(1, ack.getInt("unread"));
    await().atMost(PATIENCE).until(() -> sender.heard("message-read").size() == 1);
    JSONObject read = sender.heard("message-read").getFirst();
    assertEquals(first, read.getString("messageId"));
    assertEquals(ben, read.getString("userId"));
    assertTrue(read.getString("readAt").endsWith("Z"));
    sender.done("mark-read", json("roomId", room, "messageId", first));
    reader.done("mark-read", json("roomId", room, "messageId", second));
    await().atMost(PATIENCE).until(() -> sender.heard("message-read").size() == 2);
    assertEquals(0, reader.heard("message-read").size(), "nobody hears of reading their own");
  }

  @Test
  void readingSeveralIsToldToTheRoomButNotToTheReadersConnection() throws Exception {
    try (ChatClient device = parley.connect(0, ben)) {
      device.join(room);
      reader.done(
          "mark-as-read",
          json("roomId", room, "messageIds", new JSONArray(List.of(first, second))));
      for (ChatClient client : List.of(sender, device)) {
        await().atMost(PATIENCE).until(() -> client.heard("messages-read").size() == 1);
        JSONObject read = client.heard("messages-read").getFirst();
        assertEquals(2, read.getJSONArray("messageIds").length());
        assertEquals(ben, read.getString("userId"));
      }
      assertEquals(0, reader.heard("messages-read").size());
    }
  }

  @Test
  void cursorsOnlyRiseAndAWholeRoomCanBeRead() throws Exception {
    assertEquals(0, reader.done("mark-read", room).getInt("unread"));
    JSONObject again = reader.done("mark-read", json("roomId", room, "messageId", first));
    assertEquals(0, again.getInt("unread"), "what was read stays read");
    sender.send(room, "three");
    assertEquals(1, reader.done("mark-delivered", room).getInt("unread"));
  }

  @Test
  void whatIsReadOnOneDeviceIsReadOnTheOthers() throws Exception {
    try (ChatClient inTheRoom = parley.connect(0, ben);
        ChatClient elsewhere = parley.connect(1, ben)) {
      inTheRoom.join(room);
      reader.done("mark-read", json("roomId", room, "messageId", first));
      for (ChatClient device : List.of(inTheRoom, elsewhere)) {
        await().atMost(PATIENCE).until(() -> device.heard("room-read").size() == 1);
        JSONObject read = device.heard("room-read").getFirst();
        assertEquals(room, read.getString("roomId"));
        assertEquals(1, read.getInt("unread"));
      }
      elsewhere.done("mark-as-read", room);
      await().atMost(PATIENCE).until(() -> reader.heard("room-read").size() == 1);
      assertEquals(0, reader.heard("room-read").getFirst().getInt("unread"));
      assertEquals(0, sender.heard("room-read").size());
    }
  }

  @Test
  void whatWasReadCanBeMarkedUnreadWithoutTakingBackThatItWas() throws Exception {
    try (ChatClient device = parley.connect(1, ben)) {
      reader.done("mark-read", room);
      assertEquals(
          1,
          reader.done("mark-unread", json("messageId", second, "roomId", room)).getInt("unread"));
      await().atMost(PATIENCE).until(() -> device.heard("room-read").size() == 2);
      assertEquals(1, device.heard("room-read").getLast().getInt("unread"));
      assertEquals(1, device.done("get-unread", json()).getJSONObject("rooms").getInt(room));
      JSONObject readers = sender.done("get-readers", json("messageId", second));
      assertEquals(List.of(ana, ben), names(readers.getJSONArray("readBy")));
      assertEquals(0, device.done("mark-read", room).getInt("unread"));
      assertEquals(0, device.done("get-unread", json()).getJSONObject("rooms").getInt(room));
    }
    reader.refused("INVALID_ARGUMENT", "mark-unread", json("roomId", room));
  }

  @Test
  void aWholeRoomIsReadOnlyWhenThatIsAsked() throws Exception {
    for (String event : List.of("mark-read", "mark-as-read")) {
      reader.refused("INVALID_ARGUMENT", event, json("roomId", room));
    }
    await()
        .atMost(PATIENCE)
        .until(() -> reader.done("get-unread", json()).getJSONObject("rooms").getInt(room) == 2);
    assertEquals(0, reader.done("mark-read", json("roomId", room, "all", true)).getInt("unread"));
  }

  @Test
  void unreadCountsComeWithJoiningConnectingAndOnRequest() throws Exception {
    reader.done("mark-read", json("roomId", room, "messageId", first));
    sender.send(room, "three");
    await()
        .atMost(PATIENCE)
        .until(() -> reader.done("get-unread", json()).getJSONObject("rooms").getInt(room) == 2);
    try (ChatClient again = parley.connect(0, ben)) {
      assertEquals(2, again.awaitEvent("connected").getJSONObject("unread").getInt(room));
      assertEquals(2, again.join(room).getInt("unread"));
      JSONObject some = again.done("get-unread", json("roomIds", new JSONArray(List.of(room))));
      assertEquals(2, some.getJSONObject("rooms").getInt(room));
    }
    assertEquals(
        0,
        sender.done("get-unread", json()).getJSONObject("rooms").getInt(room),
        "whoever wrote last has read all");
  }

  @Test
  void whoHasReadAMessageCanBeAsked() throws Exception {
    JSONObject before = sender.done("get-readers", json("messageId", first));
    assertEquals(List.of(ana), names(before.getJSONArray("readBy")));
    reader.done("mark-delivered", room);
    await()
        .atMost(PATIENCE)
        .until(() -> sender.done("get-readers", json("messageId", first)).getInt("delivered") == 2);
    sender.done("mark-delivered", room);
    assertEquals(
        2,
        sender.done("get-readers", json("messageId", first)).getInt("delivered"),
        "the sender counts once");
    reader.done("mark-read", json("roomId", room, "messageId", first));
    JSONObject after = sender.done("get-readers", json("messageId", first));
    assertEquals(2, after.getInt("count"), after.toString());
    assertEquals(List.of(ana, ben), names(after.getJSONArray("readBy")));
    assertEquals(1, sender.done("get-readers", json("messageId", second)).getInt("count"));
  }

  @Test
  void redisHoldsTheReadersOfAMessageForAWhile() throws Exception {
    reader.done("mark-read", json("roomId", room, "messageId", first));
    String key = "read_receipts:{" + first + "}";
    try (RedisClient redis =
        RedisClient.builder()
            .hostAndPort("127.0.0.1", parley.cluster.options().ports().redis())
            .build()) {
      await().atMost(PATIENCE).until(() -> redis.smembers(key).equals(Set.of(ana, ben)));
      await().atMost(PATIENCE).until(() -> redis.ttl(key) > 0);
    }
  }

  @Test
  void servicesMarkAndAskByGrpc() throws Exception {
    var marked =
        parley
            .receipts()
            .markRead(
                MarkReadRequest.newBuilder()
                    .setRoomId(room)
                    .setUserId(ben)
                    .addMessageIds(second)
                    .build());
    assertEquals(0, marked.getUnread());
    await().atMost(PATIENCE).until(() -> sender.heard("message-read").size() == 1);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                parley
                        .receipts()
                        .getUnread(GetUnreadRequest.newBuilder().setUserId(ben).build())
                        .getRooms(0)
                        .getCount()
                    == 0);
    assertEquals(
        2,
        parley
            .receipts()
            .getReaders(GetReadersRequest.newBuilder().setMessageId(first).build())
            .getCount());
  }

  @Test
  void wrongInputIsRefusedAndChangesNothing() throws Exception {
    String foreign = parley.room(parley.user("cleo"));
    reader.refused("ACCESS_DENIED", "mark-read", foreign);
    reader.refused("INVALID_ROOM_ID", "mark-read", json("messageId", first));
    reader.refused("INVALID_ARGUMENT", "mark-read", json("roomId", room, "messageId", "x"));
    reader.refused(
        "NOT_FOUND", "mark-read", json("roomId", room, "messageId", room + "~00000000000fffff"));
    reader.refused(
        "INVALID_ARGUMENT", "mark-as-read", json("roomId", room, "messageIds", new JSONArray()));
    reader.refused("INVALID_ARGUMENT", "get-unread", json("roomIds", "all"));
    reader.refused("ACCESS_DENIED", "get-readers", foreign + "~0000000000000001");
    assertEquals(0, sender.heard("message-read").size());
    awaitUnread(2); // as before
  }

  /// Counts lag behind a room by a second at most.
  private void awaitUnread(int count) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> reader.done("get-unread", json()).getJSONObject("rooms").getInt(room) == count);
  }

  private static List<String> names(JSONArray users) throws Exception {
    List<String> names = new java.util.ArrayList<>();
    for (int i = 0; i < users.length(); i++) {
      names.add(users.getString(i));
    }
    return names;
  }
}
