package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.system.support.Ear;

/// A client chooses whether it is given texts escaped, or as they were written (`auth.raw`): for
/// each of its connections, whatever it missed.
class RawTextTest extends MarkedTexts {

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
