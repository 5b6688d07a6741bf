package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Large results are not said in full twice: what clients of the event read stands in the event,
/// and the rest in the acknowledgement, or in the event too where none was asked for.
@Timeout(180)
class OnceInFullTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();

  private Parley parley;
  private String ana;
  private String room;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.recovering();
    ana = parley.user("ana");
    room = parley.room(ana);
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      parley.send(room, ana, "some words that have their length " + i);
    }
  }

  private static String awaited(RawSocket socket, String beginning) {
    socket.awaitText(beginning);
    return socket.texts.stream().filter(t -> t.startsWith(beginning)).findFirst().orElseThrow();
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /// An event and the ack of its request, or the event where none was asked for.
  private record Told(JsonNode event, JsonNode ack, int bytes) {}

  private Told asked(boolean ack, String request, String argument, String event) throws Exception {
    try (RawSocket socket = RawSocket.connected(parley, ana)) {
      socket.send("42" + (ack ? "7" : "") + "[\"" + request + "\"," + argument + "]");
      String told = awaited(socket, "42[\"" + event + "\"");
      String acked = ack ? awaited(socket, "437[") : "[{}]";
      if (ack) {
        assertTrue(socket.texts.indexOf(acked) < socket.texts.indexOf(told), "the ack comes first");
      }
      return new Told(
          JSON.readTree(told.substring(2)).path(1),
          JSON.readTree(acked.substring(acked.indexOf('['))).path(0),
          bytes(told) + (ack ? bytes(acked) : 0));
    }
  }

  private Told joined(boolean ack, String argument) throws Exception {
    return asked(ack, "join-room", argument, "room-joined");
  }

  private String since(long seq) {
    return "{\"roomId\":\"" + room + "\",\"since\":" + seq + "}";
  }

  @Test
  void whoAsksForNoAckHasEverythingInTheEvent() throws Exception {
    send(3);
    Set<String> facts =
        Set.of("roomId", "room", "onlineUsers", "role", "onlineCount", "unread", "readSeq", "seq");
    JsonNode plain = joined(false, "\"" + room + "\"").event;
    assertEquals(new TreeSet<>(facts), fields(plain));
    JsonNode caughtUp = joined(false, since(0)).event;
    assertEquals(with(facts, "missed", "more"), fields(caughtUp));
    assertEquals(false, caughtUp.path("more").booleanValue());
    assertEquals(with(facts, "reset"), fields(joined(false, since(1_000)).event));
    JsonNode page =
        asked(false, "get-recent-messages", "\"" + room + "\"", "recent-messages").event;
    assertEquals(Set.of("roomId", "messages", "hasMore", "seq"), fields(page));
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void besideAnAckTheEventHasWhatEveryClientReadsAndTheAckTheRest() throws Exception {
    send(3);
    Set<String> named = Set.of("roomId", "room", "onlineUsers");
    Set<String> facts = Set.of("ok", "role", "onlineCount", "unread", "readSeq", "seq");
    Told plain = joined(true, "\"" + room + "\"");
    assertEquals(new TreeSet<>(named), fields(plain.event));
    assertEquals(new TreeSet<>(facts), fields(plain.ack));
    assertEquals(room, plain.event.at("/room/id").asText());
    assertEquals(ana, plain.event.at("/onlineUsers/0").asText());
    Told caughtUp = joined(true, since(0));
    assertEquals(new TreeSet<>(named), fields(caughtUp.event));
    assertEquals(with(facts, "missed", "more"), fields(caughtUp.ack));
    Told reset = joined(true, since(1_000));
    assertEquals(new TreeSet<>(named), fields(reset.event));
    assertEquals(with(facts, "reset"), fields(reset.ack));
  }

  @Test
  void whoIsNotInTheRoomYetIsToldSoInBoth() throws Exception {
    send(210);
    Told both = joined(true, since(0));
    assertEquals(Set.of("roomId", "room", "onlineUsers", "more"), fields(both.event));
    assertTrue(both.event.path("more").booleanValue());
    assertTrue(both.ack.path("more").booleanValue());
    assertEquals(200, both.ack.path("missed").size());
    JsonNode alone = joined(false, since(0)).event;
    assertEquals(
        with(fields(both.event), fields(both.ack).toArray(String[]::new)),
        with(fields(alone), "ok"));
    assertEquals(both.ack.path("nextSince"), alone.path("nextSince"));
  }

  @Test
  void messagesStandInBothForProgramsReadThemInEither() throws Exception {
    send(5);
    String page = "{\"roomId\":\"" + room + "\",\"limit\":3}";
    Told both = asked(true, "get-recent-messages", page, "recent-messages");
    assertEquals(Set.of("roomId", "messages"), fields(both.event));
    assertEquals(Set.of("ok", "messages", "hasMore", "before", "seq"), fields(both.ack));
    assertEquals(3, both.event.path("messages").size());
    assertEquals(both.event.path("messages"), both.ack.path("messages"));
    JsonNode alone = asked(false, "get-recent-messages", page, "recent-messages").event;
    assertEquals(Set.of("roomId", "messages", "hasMore", "before", "seq"), fields(alone));
  }

  @Test
  void whatWasMissedCrossesTheWireOnce() throws Exception {
    send(150);
    int alone = joined(false, since(0)).bytes;
    int both = joined(true, since(0)).bytes;
    assertTrue(alone > 20_000, () -> alone + " bytes");
    assertTrue(both < alone + 1_000, () -> both + " bytes beside an ack, " + alone + " without");
  }

  /// The offset of `room-joined` says that the client has what was missed, which comes before it.
  @Test
  void whoHasTheAckAndNotTheEventIsGivenItOnceMore() throws Exception {
    send(3);
    for (boolean event : List.of(true, false)) {
      try (RawSocket first = RawSocket.connected(parley, ana)) {
        first.send("427[\"join-room\"," + since(0) + "]");
        String told = awaited(first, "42[\"room-joined\"");
        String offset = JSON.readTree(told.substring(2)).path(2).asText();
        String pid = JSON.readTree(awaited(first, "40{").substring(2)).path("pid").asText();
        try (RawSocket second = RawSocket.open(parley, "")) {
          second.send(
              "40{\"token\":\"%s\",\"pid\":\"%s\"%s}"
                  .formatted(
                      parley.token(ana), pid, event ? ",\"offset\":\"" + offset + "\"" : ""));
          String welcome = awaited(second, "42[\"connected\"");
          assertTrue(welcome.contains("\"recovered\":true"), welcome);
          assertEquals(event ? 0 : 3, messages(second));
          parley.send(room, ana, "live " + event);
          await()
              .atMost(PATIENCE)
              .until(() -> second.texts.stream().anyMatch(t -> t.contains("live " + event)));
        }
      }
      room = parley.room(ana);
      send(3);
    }
  }

  private static long messages(RawSocket socket) {
    return socket.texts.stream().filter(t -> t.startsWith("42[\"message-received\"")).count();
  }
}
