package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.proto.api.CreateRoomRequest;
import parley.proto.api.PutUserRequest;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.system.support.Ear;

/// A client chooses whether it is given texts escaped, or as they were written (`auth.raw`): all of
/// them, whoever else is in its rooms, and whatever it is told.
@Timeout(180)
class RawTextTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String WRITTEN = "<b> & &lt;";
  private static final String ESCAPED = "&lt;b&gt; & &amp;lt;";

  /// Holds no white space; given back as it is to everybody.
  private static final String EMOJI = "&lt;";

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
  }

  private static String user(String name) {
    String id = parley.user(name);
    parley
        .users()
        .putUser(
            PutUserRequest.newBuilder()
                .setUser(
                    User.newBuilder()
                        .setId(id)
                        .setUsername(WRITTEN)
                        .setAvatar(WRITTEN)
                        .setEmail(WRITTEN)
                        .setPhoneNumber(WRITTEN)
                        .setActive(true))
                .build());
    return id;
  }

  private static String room(String... members) {
    return parley
        .rooms()
        .createRoom(
            CreateRoomRequest.newBuilder()
                .setKind(RoomKind.GROUP)
                .setName(WRITTEN)
                .addAllMemberIds(List.of(members))
                .build())
        .getId();
  }

  private static JsonNode message(String room) {
    return Ear.object(
        "roomId",
        room,
        "content",
        WRITTEN,
        "attachments",
        List.of(Map.of("url", "https://files.example/a?" + "&lt;", "name", WRITTEN)));
  }

  /// What a client was told, by kind of payload: an event or ack, and where in it the text is.
  private static Map<String, String> texts(Ear ear, Map<String, JsonNode> acks) {
    Map<String, String> texts = new TreeMap<>();
    for (String at :
        List.of(
            "connected /user/username",
            "connected /user/avatar",
            "connected /user/email",
            "connected /user/phoneNumber",
            "connected /rooms/0/name",
            "connected /rooms/0/lastMessage/content",
            "connected /rooms/0/lastMessage/user/username",
            "room-joined /room/name",
            "room-joined /room/lastMessage/content",
            "recent-messages /messages/0/content",
            "recent-messages /messages/0/user/avatar",
            "user-joined-room /user/username",
            "user-online /username",
            "user-typing /username",
            "user-status /text",
            "room-presence text",
            "presence text",
            "message-received /content",
            "message-received /attachments/0/name",
            "message-received /user/username",
            "message-edited /content",
            "member-added /user/username",
            "error /event")) {
      texts.put(at, text(ear.await(at.substring(0, at.indexOf(' '))), at));
    }
    for (String at :
        List.of(
            "join-room missed member-added /user/username",
            "join-room missed message-received /content",
            "join-room missed message-edited /content",
            "get-recent-messages /messages/0/content",
            "get-room-presence text",
            "watch-presence text",
            "send-message /message/content",
            "send-message /message/attachments/0/name",
            "send-message /message/user/username")) {
      texts.put("ack of " + at, text(acks.get(at.substring(0, at.indexOf(' '))), at));
    }
    return texts;
  }

  /// @param at the payload's name, and a pointer, the name of a field, or of one of what was missed
  private static String text(JsonNode payload, String at) {
    String[] words = at.split(" ", -1);
    if (words.length == 2) {
      JsonNode found =
          words[1].startsWith("/") ? payload.at(words[1]) : payload.findValue(words[1]);
      return String.valueOf(found == null ? null : found.textValue());
    }
    for (JsonNode missed : payload.path(words[1])) {
      if (missed.path("event").asText().equals(words[2])) {
        return String.valueOf(missed.path("data").at(words[3]).textValue());
      }
    }
    return "nothing";
  }

  private static Map<String, String> all(Map<String, String> texts, String text) {
    Map<String, String> all = new TreeMap<>(texts);
    all.replaceAll((at, found) -> text);
    return all;
  }

  /// One says a bit of everything in a room, and does all that others are told of.
  private static void talk(Ear ana, String room) throws Exception {
    ana.done("join-room", "roomId", room);
    ana.done("typing-start", "roomId", room);
    ana.done("update-presence", "status", "busy", "text", WRITTEN);
    String id = ana.ask("send-message", message(room)).path("id").textValue();
    ana.done("add-reaction", "messageId", id, "emoji", EMOJI);
    ana.done("edit-message", "messageId", id, "content", WRITTEN);
  }

  private static Map<String, JsonNode> ask(Ear ear, String room, String ana) throws Exception {
    Map<String, JsonNode> acks = new TreeMap<>();
    acks.put("send-message", ear.ask("send-message", message(room)));
    acks.put("join-room", ear.done("join-room", "roomId", room, "since", 0));
    acks.put("get-recent-messages", ear.done("get-recent-messages", "roomId", room));
    acks.put("get-room-presence", ear.done("get-room-presence", "roomId", room));
    acks.put("watch-presence", ear.done("watch-presence", "userIds", List.of(ana)));
    var unused = ear.ask(WRITTEN, JsonNodeFactory.instance.objectNode());
    return acks;
  }

  /// @param rawEdge where the client is that wants raw texts
  @ParameterizedTest
  @CsvSource({"0,0", "0,1"})
  void eachIsToldEverythingInItsOwnForm(int rawEdge, int otherEdge) throws Exception {
    String ana = user("ana");
    String ben = user("ben");
    String cleo = user("cleo");
    String dan = user("dan");
    String room = room(ana, ben, cleo);
    parley.send(room, ana, WRITTEN);
    try (Ear raw = new Ear(parley, rawEdge, ben, true);
        Ear other = new Ear(parley, otherEdge, cleo, false)) {
      raw.done("join-room", "roomId", room);
      other.done("join-room", "roomId", room);
      try (Ear writer = new Ear(parley, 0, ana, false)) {
        talk(writer, room);
        parley.add(room, dan, Role.MEMBER);
        Map<String, JsonNode> rawAcks = ask(raw, room, ana);
        Map<String, JsonNode> otherAcks = ask(other, room, ana);
        Map<String, String> rawTexts = texts(raw, rawAcks);
        Map<String, String> otherTexts = texts(other, otherAcks);
        assertEquals(all(rawTexts, WRITTEN), rawTexts);
        assertEquals(all(otherTexts, ESCAPED), otherTexts);
        for (Ear ear : List.of(raw, other)) {
          assertEquals(EMOJI, ear.await("message-reaction").path("emoji").asText());
        }
        assertEquals(
            "https://files.example/a?&lt;",
            raw.await("message-received").at("/attachments/0/url").asText());
        assertEquals(
            "https://files.example/a?&amp;lt;",
            other.await("message-received").at("/attachments/0/url").asText());
      }
    }
  }

  @Test
  void whatAClientMissedComesInItsFormAndItsNewConnectSaysWhich() throws Exception {
    String ana = user("ana");
    String ben = user("ben");
    String room = room(ana, ben);
    try (Ear raw = new Ear(parley, 0, ben, true);
        Ear other = new Ear(parley, 1, ben, false)) {
      for (Ear ear : List.of(raw, other)) {
        ear.done("join-room", "roomId", room);
      }
      parley.send(room, ana, WRITTEN);
      assertEquals(WRITTEN, raw.await("message-received").path("content").asText());
      assertEquals(ESCAPED, other.await("message-received").path("content").asText());
      for (int round = 1; round <= 2; round++) {
        missSome(room, ana, raw, other);
        assertTrue(raw.connects.getLast() && other.connects.getLast(), "both were recovered");
        assertContents(raw, WRITTEN, 3 * round + 1);
        assertContents(other, ESCAPED, 3 * round + 1);
        assertEquals(WRITTEN, raw.await("connected").at("/user/username").asText());
        assertEquals(ESCAPED, other.await("connected").at("/user/username").asText());
      }
      raw.wantRaw(false);
      other.wantRaw(true);
      raw.told.clear();
      other.told.clear();
      missSome(room, ana, raw, other);
      assertTrue(raw.connects.getLast() && other.connects.getLast(), "both were recovered");
      assertContents(raw, ESCAPED, 3);
      assertContents(other, WRITTEN, 3);
    }
  }

  /// Two messages are missed while it is away, a third is heard live.
  private static void missSome(String room, String from, Ear... ears) {
    for (Ear ear : ears) {
      ear.edge.set(2); // nowhere
      ear.client.drop();
    }
    await()
        .atMost(PATIENCE)
        .until(() -> List.of(ears).stream().noneMatch(ear -> ear.client.connected()));
    parley.send(room, from, WRITTEN);
    parley.send(room, from, WRITTEN);
    for (int i = 0; i < ears.length; i++) {
      int before = ears[i].connects.size();
      Ear ear = ears[i];
      ear.edge.set(i);
      await().atMost(PATIENCE).until(() -> ear.connects.size() > before);
    }
    parley.send(room, from, WRITTEN);
  }

  private static void assertContents(Ear ear, String text, int count) {
    await().atMost(PATIENCE).until(() -> ear.all("message-received").size() >= count);
    assertEquals(
        Collections.nCopies(count, text),
        ear.all("message-received").stream().map(m -> m.path("content").asText()).toList());
  }

  @Test
  void whoeverTurnsEntitiesBackHasWhatTheRawClientSees() throws Exception {
    String ana = parley.user("ana");
    String room = parley.room(ana);
    try (Ear raw = new Ear(parley, 0, ana, true);
        Ear other = new Ear(parley, 1, ana, false)) {
      raw.done("join-room", "roomId", room);
      other.done("join-room", "roomId", room);
      List<String> written = randomTexts(1_000);
      List<CompletableFuture<JsonNode>> acks = new ArrayList<>();
      for (String text : written) {
        acks.add(raw.client.ask("send-message", Ear.object("roomId", room, "content", text)));
      }
      for (CompletableFuture<JsonNode> ack : acks) {
        assertTrue(ack.get(20, TimeUnit.SECONDS).path("ok").booleanValue());
      }
      for (Ear ear : List.of(raw, other)) {
        await().atMost(PATIENCE).until(() -> ear.all("message-received").size() >= 1_000);
      }
      List<String> seenRaw = contents(raw);
      List<String> seen = contents(other);
      assertEquals(written, seenRaw);
      assertEquals(seenRaw, seen.stream().map(RawTextTest::turnedBack).toList());
      assertTrue(seen.stream().noneMatch(text -> text.contains("<") || text.contains(">")));
    }
  }

  private static List<String> contents(Ear ear) {
    return ear.all("message-received").stream().map(m -> m.path("content").asText()).toList();
  }

  private static String turnedBack(String shown) {
    return Pattern.compile("&(lt|gt|amp);")
        .matcher(shown)
        .replaceAll(m -> Map.of("lt", "<", "gt", ">", "amp", "&").get(m.group(1)));
  }

  private static List<String> randomTexts(int count) {
    Random random = new Random(7);
    String[] pieces = {"&", "<", ">", "lt;", "gt;", "amp;", "a", ";", "\"", "\\", "\n", "ü", "😀"};
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      if (!text.toString().isBlank()) {
        texts.add(text.toString());
      }
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"true\"", "1", "0", "null", "{}", "[true]", "\"\""})
  void anythingButABooleanIsRefusedWithWords(String wish) {
    String ana = parley.user("ana");
    try (RawSocket raw = RawSocket.open(parley, "")) {
      raw.send("40{\"token\":\"" + parley.token(ana) + "\",\"raw\":" + wish + "}");
      raw.awaitText(
          "44{\"message\":\"auth.raw must be true or false\","
              + "\"data\":{\"code\":\"INVALID_ARGUMENT\"}}");
    }
  }

  /// An echo is the client's own, and no text of Parley's.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPongIsTheSameDataForEverybody(boolean wantsRaw) throws Exception {
    String ana = parley.user("ana");
    try (Ear ear = new Ear(parley, 0, ana, wantsRaw)) {
      ear.ask("ping", Ear.object("t", WRITTEN));
      assertEquals(WRITTEN, ear.await("pong").path("t").asText());
      ear.ask("ping", TextNode.valueOf(WRITTEN));
      await().atMost(PATIENCE).until(() -> ear.all("pong").size() == 2);
      assertEquals(WRITTEN, ear.await("pong").asText());
    }
  }
}
