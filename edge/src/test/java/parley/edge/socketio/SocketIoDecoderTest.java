package parley.edge.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SocketIoDecoderTest {

  private final SocketIoDecoder decoder = new SocketIoDecoder(10, 1_000);

  private SocketIoPacket decode(String text) throws SocketIoException {
    return decoder.decode(text, namespace -> true);
  }

  private Attachments attachments(String text) throws SocketIoException {
    return new Attachments((SocketIoPacket.Announced) decode(text));
  }

  @Test
  void readsEventsWithAndWithoutNamespaceAndId() throws Exception {
    SocketIoPacket.Event plain = (SocketIoPacket.Event) decode("2[\"m\",1]");
    assertEquals("/", plain.namespace());
    assertEquals(SocketIoPacket.NO_ID, plain.id());
    assertEquals("m", plain.arguments().get(0).asText());
    SocketIoPacket.Event full = (SocketIoPacket.Event) decode("2/admin,12[\"m\"]");
    assertEquals("/admin", full.namespace());
    assertEquals(12, full.id());
    assertEquals(7, ((SocketIoPacket.Event) decode("2/,007[\"m\"]")).id());
    assertEquals("1", ((SocketIoPacket.Event) decode("2[1]")).arguments().get(0).asText());
  }

  @Test
  void readsConnectWithAndWithoutAuth() throws Exception {
    assertEquals(
        "t", ((SocketIoPacket.Connect) decode("0{\"token\":\"t\"}")).auth().get("token").asText());
    assertEquals("/x", decode("0/x").namespace());
    assertEquals(0, ((SocketIoPacket.Connect) decode("0")).auth().size());
  }

  @Test
  void toleratesWhatTheReferenceTolerates() throws Exception {
    assertEquals(0, ((SocketIoPacket.Event) decode("2")).arguments().size());
    assertInstanceOf(SocketIoPacket.Ack.class, decode("3[]"));
    assertInstanceOf(SocketIoPacket.Ack.class, decode("37"));
    assertInstanceOf(SocketIoPacket.Event.class, decode("2[\"error\"]"));
    assertInstanceOf(SocketIoPacket.Disconnect.class, decode("1/x,"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "x",
        "0[]",
        "0\"x\"",
        "0null",
        "1{}",
        "2{}",
        "2[]",
        "2[{}]",
        "2[null]",
        "2[\"connect\"]",
        "2[\"disconnect\"]",
        "2[\"newListener\"]",
        "2[\"m\"",
        "2[\"m\"]x",
        "2x[\"m\"]",
        "299999999999999999999[\"m\"]",
        "3{}",
        "3x",
        "5[\"m\"]",
        "5-[\"m\"]",
        "50-[\"m\"]",
        "511-[\"m\"]",
        "51[\"m\"]",
        "51",
        "5x-[\"m\"]",
        "5/x,1-[\"m\"]",
        "5999999999999-[\"m\"]",
        "60-1[]"
      })
  void whatBreaksTheProtocolIsRefused(String text) {
    assertThrows(SocketIoException.class, () -> decode(text), text);
  }

  @Test
  void readsHowManyAttachmentsFollow() throws Exception {
    SocketIoPacket.Announced event =
        (SocketIoPacket.Announced) decode("52-/admin,7[\"m\",{\"_placeholder\":true,\"num\":1}]");
    assertEquals(2, event.attachments());
    assertEquals("/admin", event.namespace());
    assertEquals(7, event.id());
    assertTrue(event.event());
    assertEquals(1, ((SocketIoPacket.Announced) decode("61-3[]")).attachments());
  }

  @Test
  void attachmentsComeInTheirPlacesWhateverTheOrderOfKeys() throws Exception {
    Attachments attachments =
        attachments(
            "52-[\"m\",{\"num\":1,\"_placeholder\":true},{\"a\":[{\"_placeholder\":true,\"num\":0}]},{\"_placeholder\":true,\"num\":1},{\"_placeholder\":false}]");
    assertFalse(attachments.add(new byte[] {1}));
    assertTrue(attachments.add(new byte[] {2}));
    ArrayNode arguments = ((SocketIoPacket.Event) attachments.whole(decoder)).arguments();
    assertArrayEquals(new byte[] {2}, arguments.get(1).binaryValue());
    assertArrayEquals(new byte[] {1}, arguments.get(2).get("a").get(0).binaryValue());
    assertArrayEquals(new byte[] {2}, arguments.get(3).binaryValue());
    assertTrue(arguments.get(4).isObject());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-1", "\"0\"", "null", "0.5", "4294967296"})
  void aPlaceholderThatPointsNowhereIsRefused(String number) throws Exception {
    Attachments attachments =
        attachments("51-[\"m\",{\"_placeholder\":true,\"num\":" + number + "}]");
    assertTrue(attachments.add(new byte[] {1}));
    assertThrows(SocketIoException.class, () -> attachments.whole(decoder));
  }

  @Test
  void ofWhatIsNotForAJoinedNamespaceOnlyTheHeadIsRead() throws Exception {
    assertEquals(
        new SocketIoPacket.Stray("/x", 0), decoder.decode("2/x,[broken", namespace -> false));
    assertEquals(
        new SocketIoPacket.Stray("/", 2), decoder.decode("52-[broken", namespace -> false));
  }

  @Test
  void tooManyValuesAreRefusedBeforeATreeIsMadeOfThem() throws Exception {
    decode("2[\"m\"" + ",0".repeat(998) + "]");
    for (String type : List.of("2", "51-", "3", "61-")) {
      String many = type + "[\"m\"" + ",{\"\":0}".repeat(400) + "]";
      assertThrows(SocketIoException.class, () -> decode(many), type);
    }
    assertThrows(SocketIoException.class, () -> decode("0{\"a\":[0" + ",0".repeat(1_000) + "]}"));
  }

  @Test
  void jsonNestedTooDeepIsRefusedAndDoesNotOverflow() {
    String deep = "2[\"m\"," + "[".repeat(50_000) + "]".repeat(50_000) + "]";
    assertThrows(SocketIoException.class, () -> decode(deep));
  }

  @Test
  void noTextMakesItThrowAnythingElse() {
    Random random = new Random(42);
    String alphabet = "0123456789/,[]{}\"\\ntruefalse:_-.eE \u0000\u00ff\ud800";
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        decode(text.toString());
      } catch (SocketIoException expected) {
        // refused
      }
    }
  }

  @Test
  void noChangeOfAPacketMakesItThrowAnythingElse() {
    String[] packets = {
      "0/admin,{\"token\":\"t\"}",
      "2/admin,12[\"m\",{\"a\":[1.5e3,null,true,\"\\u20ac\"]}]",
      "52-/x,7[\"m\",{\"_placeholder\":true,\"num\":0},[{\"num\":1,\"_placeholder\":true}]]",
      "61-3[{\"_placeholder\":true,\"num\":0}]",
      "1/admin,",
      "39[]"
    };
    Random random = new Random(7);
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder(packets[random.nextInt(packets.length)]);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        mutate(text, random);
      }
      try {
        if (decode(text.toString()) instanceof SocketIoPacket.Announced announced) {
          Attachments attachments = new Attachments(announced);
          while (!attachments.add(new byte[] {1})) {}
          attachments.whole(decoder);
        }
      } catch (SocketIoException expected) {
        // refused
      }
    }
  }

  private static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(3)) {
      case 0 -> text.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
      case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
      default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 4)));
    }
  }
}
