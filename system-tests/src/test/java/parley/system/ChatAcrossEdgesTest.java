package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.api.ReadHistoryRequest;
import parley.proto.chat.Role;

/// Two people, two edges, one room.
@Timeout(120)
class ChatAcrossEdgesTest {

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
  void theWelcomeSaysWhoWhereAndWhichRooms() throws Exception {
    try (ChatClient client = parley.connect(0, ana)) {
      JSONObject welcome = client.awaitEvent("connected");
      assertEquals(ana, welcome.getJSONObject("user").getString("id"));
      assertEquals("ana", welcome.getJSONObject("user").getString("username"));
      assertEquals(client.socket.id(), welcome.getString("connectionId"));
      assertTrue(welcome.getString("serverTime").matches("\\d{4}-\\d\\d-\\d\\dT.*\\.\\d{3}Z"));
      assertEquals(room, welcome.getJSONArray("rooms").getJSONObject(0).getString("id"));
    }
  }

  @Test
  void aMessageReachesAllMembersOnEveryEdgeTheSenderIncluded() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      JSONObject joined = one.join(room);
      other.join(room);
      assertEquals(room, joined.getString("roomId"));
      assertEquals("Group", joined.getJSONObject("room").getString("name"));
      JSONObject ack = one.send(room, "hello");
      for (ChatClient client : List.of(one, other)) {
        JSONObject message = client.awaitEvent("message-received");
        assertEquals("hello", message.getString("content"));
        assertEquals(ack.getString("id"), message.getString("id"));
        assertEquals(ack.getLong("seq"), message.getLong("seq"));
        assertEquals(room, message.getString("roomId"));
        assertEquals("text", message.getString("messageType"));
        assertEquals(0, message.getJSONArray("attachments").length());
        assertEquals(ana, message.getJSONObject("user").getString("id"));
        assertTrue(message.getString("createdAt").endsWith("Z"));
      }
    }
  }

  @Test
  void pollingAndUpgradingClientsChatLikeAllOthers() throws Exception {
    try (ChatClient polling =
            ChatClient.open(parley.url(0), Map.of("token", parley.token(ana)), "polling");
        ChatClient upgrading =
            ChatClient.open(
                parley.url(1), Map.of("token", parley.token(ben)), "polling", "websocket")) {
      polling.awaitEvent("connected");
      upgrading.awaitEvent("connected");
      polling.join(room);
      upgrading.join(room);
      polling.send(room, "from a poll");
      upgrading.send(room, "from a socket");
      for (ChatClient client : List.of(polling, upgrading)) {
        client.awaitEvents("message-received", 2);
        assertEquals(List.of("from a poll", "from a socket"), client.contents());
      }
    }
  }

  @Test
  void everybodySeesOneOrder() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      for (int i = 0; i < 25; i++) {
        one.socket.emit("send-message", json("roomId", room, "content", "a" + i));
        other.socket.emit("send-message", json("roomId", room, "content", "b" + i));
      }
      one.awaitEvents("message-received", 50);
      other.awaitEvents("message-received", 50);
      assertEquals(one.contents(), other.contents());
      List<Long> positions = new ArrayList<>();
      for (JSONObject message : one.heard("message-received")) {
        positions.add(message.getLong("seq"));
      }
      assertEquals(positions.stream().sorted().distinct().toList(), positions);
      List<String> anas = one.contents().stream().filter(c -> c.startsWith("a")).toList();
      for (int i = 0; i < 25; i++) {
        assertEquals("a" + i, anas.get(i), "a sender's order is kept");
      }
    }
  }

  @Test
  void whoArrivesAndLeavesIsToldOnceToTheOthers() throws Exception {
    try (ChatClient one = parley.connect(0, ana)) {
      JSONObject alone = one.join(room);
      assertEquals(
          new JSONArray(List.of(ana)).toString(), alone.getJSONArray("onlineUsers").toString());
      ChatClient phone = parley.connect(1, ben);
      ChatClient laptop = parley.connect(0, ben);
      phone.join(room);
      JSONObject joined = laptop.join(room);
      assertEquals(2, joined.getInt("onlineCount"));
      JSONObject arrival = one.awaitEvent("user-joined-room");
      assertEquals(ben, arrival.getJSONObject("user").getString("id"));
      phone.close();
      laptop.done("leave-room", room);
      JSONObject departure = one.awaitEvent("user-left-room");
      assertEquals(ben, departure.getString("userId"));
      laptop.awaitEvent("room-left");
      assertEquals(1, one.heard("user-joined-room").size());
      assertEquals(1, one.heard("user-left-room").size());
      assertEquals(0, laptop.heard("user-joined-room").size(), "not told of oneself");
      one.send(room, "after");
      one.awaitEvent("message-received");
      assertEquals(List.of(), laptop.contents(), "who left hears nothing");
      laptop.close();
    }
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

  @Test
  void aMessageToAUserMakesTheDirectRoomOfTheTwo() throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      JSONObject ack = one.done("send-message", json("receiverId", ben, "content", "psst"));
      String direct = ack.getJSONObject("message").getString("roomId");
      assertEquals(direct, other.awaitEvent("member-added").getString("roomId"));
      other.done("join-room", json("roomId", direct, "since", 0));
      other.done("send-message", json("receiverId", ana, "content", "what?"));
      JSONArray messages = one.done("get-recent-messages", direct).getJSONArray("messages");
      assertEquals("psst", messages.getJSONObject(0).getString("content"));
      assertEquals("what?", messages.getJSONObject(1).getString("content"));
      one.refused(
          "ACCESS_DENIED", "send-message", json("receiverId", "nobody-at-all", "content", "x"));
    }
  }

  @Test
  void humanTextReachesBrowsersWithoutRawAngleBracketsAndServicesRaw() throws Exception {
    try (ChatClient one = parley.connect(0, ana)) {
      one.join(room);
      one.send(room, "<b>1 < 2 & 3</b>");
      assertEquals(
          "&lt;b&gt;1 &lt; 2 & 3&lt;/b&gt;",
          one.awaitEvent("message-received").getString("content"));
    }
    assertEquals(
        "<b>1 < 2 & 3</b>",
        parley
            .messages()
            .readHistory(ReadHistoryRequest.newBuilder().setRoomId(room).build())
            .getMessages(0)
            .getContent());
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

  @Test
  void attachmentsTravelAsGiven() throws Exception {
    try (ChatClient one = parley.connect(0, ana)) {
      one.join(room);
      JSONObject file =
          json(
              "url",
              "https://files.example/a.png",
              "type",
              "image/png",
              "name",
              "a.png",
              "size",
              7);
      one.done(
          "send-message",
          json(
              "roomId",
              room,
              "messageType",
              "image",
              "attachments",
              new JSONArray(List.of(file, "https://files.example/b"))));
      JSONObject message = one.awaitEvent("message-received");
      assertEquals("image", message.getString("messageType"));
      assertEquals("a.png", message.getJSONArray("attachments").getJSONObject(0).getString("name"));
      assertEquals(
          "https://files.example/b",
          message.getJSONArray("attachments").getJSONObject(1).getString("url"));
    }
  }

  @Test
  void pingIsAnsweredWithTheSameData() throws Exception {
    try (ChatClient one = parley.connect(0, ana)) {
      one.socket.emit("ping", json("timestamp", 42));
      await().until(() -> !one.heard("pong").isEmpty());
      assertEquals(42, one.awaitEvent("pong").getInt("timestamp"));
    }
  }
}
