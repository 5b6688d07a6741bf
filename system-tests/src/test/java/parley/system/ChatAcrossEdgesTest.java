package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
      JSONObject joined = one.entered(room);
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
      JSONObject alone = one.entered(room);
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
