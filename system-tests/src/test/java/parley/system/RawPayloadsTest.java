package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.proto.chat.Role;
import parley.system.support.Ear;

/// Every kind of payload with text in it reaches each client in the form that it chose, whoever
/// else is in its rooms.
class RawPayloadsTest extends MarkedTexts {

  /// Holds no white space; given back as it is to everybody.
  private static final String EMOJI = "&lt;";

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
    String id = ana.done("send-message", "roomId", room, "content", "draft").path("id").asText();
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

  private static boolean isListed(String room, String user) {
    try (Ear ear = new Ear(parley, 0, user, false)) {
      return ear.await("connected").at("/rooms/0/lastMessage/roomId").asText().equals(room);
    }
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
    await().atMost(PATIENCE).until(() -> isListed(room, cleo)); // it is noted a moment later
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
}
