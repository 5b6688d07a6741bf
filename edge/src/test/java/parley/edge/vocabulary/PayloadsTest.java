package parley.edge.vocabulary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
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

  private static String json(Payloads payloads) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      payloads.message(out, MESSAGE);
    }
    return text.toString();
  }

  @Test
  void nothingThatAnybodyWroteReachesAClientWithARawAngleBracket() throws IOException {
    String shown = json(new Payloads(true));
    assertFalse(shown.contains("<") || shown.contains(">"), shown);
    assertEquals(
        FIELDS + 1, shown.split("&lt;img src=x&gt;", -1).length, "once for each field: " + shown);
  }

  @Test
  void whoeverTurnsThatOffGetsEverythingAsItIs() throws IOException {
    assertEquals(FIELDS + 1, json(new Payloads(false)).split(RAW, -1).length);
  }
}
