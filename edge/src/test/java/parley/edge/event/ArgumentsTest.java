package parley.edge.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.contract.RefusedException;
import parley.proto.errors.ErrorCode;

class ArgumentsTest {

  /// As from the wire: what JSON escapes hold, Java strings hold.
  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800A", "\\udfffA", "A\\ud83d", "<b>", "a>b", ""})
  void anIdThatCouldBecomeAnotherOnTheWayIsRefused(String id) {
    JsonNode argument = json("{\"clientMessageId\":\"" + id + "\"}");
    assertEquals(
        ErrorCode.INVALID_ARGUMENT,
        assertThrows(RefusedException.class, () -> Arguments.clientMessageId(argument))
            .error()
            .getCode());
  }

  @Test
  void anyOtherIdIsTakenAsItIs() {
    assertEquals(
        "a:b/ü \ud83d\ude00",
        Arguments.clientMessageId(json("{\"tempId\":\"a:b/ü \\ud83d\\ude00\"}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "x\\udc00"})
  void textThatUtf8CannotCarryIsRefused(String text) {
    JsonNode argument =
        json(
            "{\"messageType\":\""
                + text
                + "\",\"attachments\":[{\"url\":\"https://a.b/c\","
                + "\"type\":\""
                + text
                + "\"}]}");
    assertThrows(RefusedException.class, () -> Arguments.text(argument, "messageType", 32));
    assertThrows(RefusedException.class, () -> new Contents(Set.of("https")).attachments(argument));
    JsonNode message = json("{\"content\":\"" + text + "\"}");
    assertThrows(RefusedException.class, () -> new Contents(Set.of("https")).text(message, false));
  }
}
