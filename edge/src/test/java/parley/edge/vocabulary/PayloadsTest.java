package parley.edge.vocabulary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.proto.chat.Attachment;
import parley.proto.chat.Message;
import parley.proto.chat.Reaction;
import parley.proto.chat.User;

class PayloadsTest {

  private static final String RAW = "<img src=x>";

  /// That hold it.
  private static final int FIELDS = 9;

  private static final Message MESSAGE =
      Message.newBuilder()
          .setId("room~0000000000000001")
          .setRoomId("room")
          .setSeq(1)
          .setSender(User.newBuilder().setId("ana").setUsername(RAW).setAvatar(RAW))
          .setMessageType(RAW)
          .setContent(RAW)
          .addAttachments(
              Attachment.newBuilder().setUrl("https://a.b/" + RAW).setType(RAW).setName(RAW))
          .setClientMessageId(RAW)
          .addReactions(Reaction.newBuilder().setEmoji(RAW).setCount(1))
          .setCreatedAtMs(1)
          .build();

  private static String json(Payloads payloads, Message message) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      payloads.message(out, message);
    }
    return text.toString();
  }

  @Test
  void nothingThatAnybodyWroteReachesAClientWithARawAngleBracket() throws IOException {
    String shown = json(new Payloads(true), MESSAGE);
    assertFalse(shown.contains("<") || shown.contains(">"), shown);
    assertEquals(
        FIELDS + 1, shown.split("&lt;img src=x&gt;", -1).length, "once for each field: " + shown);
  }

  @Test
  void whoeverTurnsThatOffGetsEverythingAsItIs() throws IOException {
    assertEquals(FIELDS + 1, json(new Payloads(false), MESSAGE).split(RAW, -1).length);
  }

  @ParameterizedTest
  @CsvSource({
    "Tom & Jerry,Tom & Jerry",
    "a < b & b > c,a &lt; b & b &gt; c",
    "&lt;b&gt;,&amp;lt;b&amp;gt;",
    "&amp;,&amp;amp;",
    "&copy; &ampere,&copy; &ampere",
    "&&lt;,&&amp;lt;",
    "&<,&&lt;"
  })
  void anAmpersandIsEscapedOnlyWhereItWouldBeReadAsAnEntity(String written, String shown) {
    assertEquals(shown, new Payloads(true).shown(written));
  }

  /// Programs compare it with what they sent.
  @Test
  void whatProgramsCompareComesBackAsItWasSent() throws IOException {
    String sent = "&lt;&amp;";
    Message message =
        Message.newBuilder()
            .setMessageType(sent)
            .setClientMessageId(sent)
            .addAttachments(Attachment.newBuilder().setType(sent))
            .addReactions(Reaction.newBuilder().setEmoji(sent))
            .build();
    assertEquals(4 + 1, json(new Payloads(true), message).split(sent, -1).length);
  }

  @Test
  void aClientThatAsksForItGetsEverythingAsItIs() throws IOException {
    Payloads payloads = new Payloads(true);
    assertEquals(json(new Payloads(false), MESSAGE), json(payloads.forClient(true), MESSAGE));
    assertSame(payloads, payloads.forClient(false));
  }

  @Test
  void whatIsShownCanBeTurnedBack() {
    Random random = new Random(1);
    String[] pieces = {"&", "<", ">", "lt;", "gt;", "amp;", "a", ";", "😀"};
    for (int i = 0; i < 10_000; i++) {
      StringBuilder written = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        written.append(pieces[random.nextInt(pieces.length)]);
      }
      String shown = new Payloads(true).shown(written.toString());
      String back =
          Pattern.compile("&(lt|gt|amp);")
              .matcher(shown)
              .replaceAll(m -> Map.of("lt", "<", "gt", ">", "amp", "&").get(m.group(1)));
      assertEquals(written.toString(), back);
      assertFalse(shown.contains("<") || shown.contains(">"), shown);
    }
  }
}
