package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.system.support.Reader;

/// Connections that begin anew, and those who may not go on with one.
@Timeout(180)
class NoRecoveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
  }

  private static List<String> numbered(String name, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> name + i).toList();
  }

  private static void send(String room, String user, List<String> contents) {
    contents.forEach(content -> parley.send(room, user, content));
  }

  @Test
  void nobodyElseCanGoOnWithAConnection() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (RawSocket first = RawSocket.open(parley, "")) {
      first.send("40{\"token\":\"" + parley.token(ben) + "\"}");
      first.awaitText("42[\"connected\"");
      String answer =
          first.texts.stream().filter(t -> t.startsWith("40")).findFirst().orElseThrow();
      String pid = new JSONObject(answer.substring(2)).getString("pid");
      first.send("421[\"join-room\",\"" + room + "\"]");
      first.awaitText("431");
      try (RawSocket thief = RawSocket.open(parley, "")) {
        thief.send("40{\"token\":\"" + parley.token(ana) + "\",\"pid\":\"" + pid + "\"}");
        thief.awaitText("42[\"connected\"");
        assertFalse(thief.texts.stream().anyMatch(t -> t.contains(pid)));
        assertFalse(first.closed);
      }
      for (String nonsense : List.of("\"" + "x".repeat(100) + "\"", "7", "{}", "\"unknown\"")) {
        try (RawSocket other = RawSocket.open(parley, "")) {
          other.send(
              "40{\"token\":\""
                  + parley.token(ben)
                  + "\",\"pid\":"
                  + nonsense
                  + ",\"offset\":\"?~?\"}");
          other.awaitText("42[\"connected\"");
        }
      }
    }
  }

  @Test
  void whoMissedTooMuchBeginsAnew() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (Reader reader = new Reader(parley, 0, ben, room)) {
      reader.edge.set(2);
      reader.client.drop();
      await().atMost(PATIENCE).until(() -> !reader.client.connected());
      send(room, ana, numbered("m", 0, 320));
      reader.edge.set(1);
      reader.awaitConnects(2);
      assertFalse(reader.connects.get(1));
      assertEquals(List.of(), reader.heard, "nothing half done");
      ObjectNode since = JsonNodeFactory.instance.objectNode().put("roomId", room).put("since", 2);
      JsonNode page = reader.client.ask("join-room", since).get(10, TimeUnit.SECONDS);
      assertTrue(page.path("more").booleanValue());
      since.put("since", page.path("nextSince").longValue());
      JsonNode rest = reader.client.ask("join-room", since).get(10, TimeUnit.SECONDS);
      assertFalse(rest.path("more").booleanValue());
      assertEquals(320, page.path("missed").size() + rest.path("missed").size());
    }
  }

  @Test
  void aGoodbyeIsFinal() throws Exception {
    String ben = parley.user("ben");
    String room = parley.room(ben);
    String pid;
    try (RawSocket first = RawSocket.open(parley, "")) {
      first.send("40{\"token\":\"" + parley.token(ben) + "\"}");
      first.awaitText("42[\"connected\"");
      pid = pid(first);
      first.send("421[\"join-room\",\"" + room + "\"]");
      first.awaitText("431");
      first.send("41");
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (RawSocket second = RawSocket.open(parley, "")) {
                second.send("40{\"token\":\"" + parley.token(ben) + "\",\"pid\":\"" + pid + "\"}");
                second.awaitText("42[\"connected\"");
                return second.texts.stream().noneMatch(t -> t.contains(pid));
              }
            });
  }

  @Test
  void whoMayNotKnowRecoveryIsSentNoOffset() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    for (String agent :
        List.of("", "okhttp/3.12.12", "python-requests/2.32", "Mozilla/5.0 Dart", "curl/8")) {
      try (RawSocket socket = RawSocket.open(parley, "", "User-Agent", agent)) {
        expectPlain(socket, "", ben, ana, room);
        assertTrue(socket.texts.stream().anyMatch(t -> t.contains("\"pid\"")), agent);
      }
    }
    try (RawSocket socket = RawSocket.open(parley, "")) {
      expectPlain(socket, ",\"recovery\":false", ben, ana, room);
      assertFalse(socket.texts.stream().anyMatch(t -> t.contains("\"pid\"")), "it opted out");
    }
    try (ChatClient official = parley.connect(0, ben)) {
      official.join(room);
      parley.send(room, ana, "plain");
      official.awaitEvent("message-received");
    }
  }

  @Test
  void whoKnowsRecoveryIsSentOffsets() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    String node = "permessage-deflate; client_max_window_bits"; // and no user agent
    try (RawSocket socket =
        RawSocket.open(parley, "", "User-Agent", "", "Sec-WebSocket-Extensions", node)) {
      expectOffset(socket, "", ben, ana, room);
    }
    for (String agent : List.of("Mozilla/5.0 (X11)", "node-XMLHttpRequest", "Bun/1.2", "Deno/2")) {
      try (RawSocket socket = RawSocket.open(parley, "", "User-Agent", agent)) {
        expectOffset(socket, "", ben, ana, room);
      }
    }
    try (RawSocket socket = RawSocket.open(parley, "", "User-Agent", "okhttp/4")) {
      expectOffset(socket, ",\"recovery\":true", ben, ana, room);
    }
  }

  @Test
  void whoGivesBackItsPidIsSentOffsetsWhateverItIs() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    String pid;
    try (RawSocket first = RawSocket.open(parley, "", "User-Agent", "okhttp/4 of React Native")) {
      expectPlain(first, "", ben, ana, room);
      pid = pid(first);
    }
    try (RawSocket second = RawSocket.open(parley, "", "User-Agent", "okhttp/4")) {
      expectOffset(second, ",\"pid\":\"" + pid + "\"", ben, ana, room);
      assertFalse(pid(second).equals(pid), "it begins anew");
    }
  }

  private static String pid(RawSocket socket) {
    String answer = socket.texts.stream().filter(t -> t.startsWith("40")).findFirst().orElseThrow();
    return new JSONObject(answer.substring(2)).getString("pid");
  }

  private static void expectOffset(
      RawSocket socket, String more, String ben, String ana, String room) {
    String event = received(socket, more, ben, ana, room);
    assertTrue(event.endsWith("\"]"), event);
  }

  private static void expectPlain(
      RawSocket socket, String more, String ben, String ana, String room) {
    String event = received(socket, more, ben, ana, room);
    assertTrue(event.endsWith("}]"), event);
  }

  private static String received(
      RawSocket socket, String more, String ben, String ana, String room) {
    socket.send("40{\"token\":\"" + parley.token(ben) + "\"" + more + "}");
    socket.awaitText("42[\"connected\"");
    socket.send("421[\"join-room\",\"" + room + "\"]");
    socket.awaitText("431");
    parley.send(room, ana, "plain");
    socket.awaitText("42[\"message-received\"");
    return socket.texts.stream()
        .filter(t -> t.startsWith("42[\"message-received\""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTextInAPongIsNoOffset() throws Exception {
    String ben = parley.user("ben");
    try (RawSocket socket = RawSocket.connected(parley, ben)) {
      socket.send("42[\"ping\",\"text\"]");
      socket.awaitText("42[\"pong\",\"text\",{}]");
    }
    try (ChatClient official = parley.connect(0, ben)) {
      official.socket.emit("ping", json("n", 1));
      assertEquals(1, official.awaitEvent("pong").getInt("n"));
    }
  }
}
