package parley.edge.engineio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Decodes the body of a POST into packets.
final class PayloadReader {

  private static final char SEPARATOR = 0x1e;

  /// What a client can post. A malformed payload gives the packets before the fault, then {@link
  /// Broken}.
  sealed interface Posted {
    record Text(String packet) implements Posted {}

    /// @param frame as on a WebSocket
    record Binary(byte[] frame) implements Posted {}

    record Broken() implements Posted {}
  }

  private PayloadReader() {}

  /// @param binary the body is v3's binary form
  static List<Posted> read(Framing framing, byte[] body, boolean binary) {
    if (binary) {
      return v3Binary(body);
    }
    String text;
    try {
      text = utf8(body, 0, body.length);
    } catch (CharacterCodingException e) {
      return List.of(new Posted.Broken());
    }
    return framing.isV3() ? v3(text) : v4(text);
  }

  private static String utf8(byte[] bytes, int offset, int length) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, offset, length))
        .toString();
  }

  private static List<Posted> v4(String text) {
    List<Posted> packets = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(SEPARATOR); end >= 0; end = text.indexOf(SEPARATOR, start)) {
      packets.add(new Posted.Text(text.substring(start, end)));
      start = end + 1;
    }
    packets.add(new Posted.Text(text.substring(start)));
    return packets;
  }

  private static List<Posted> v3(String text) {
    List<Posted> packets = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int length = colon < 0 ? -1 : number(text.substring(at, colon));
      if (length < 0 || colon + 1 + length > text.length()) {
        packets.add(new Posted.Broken());
        return packets;
      }
      packets.add(new Posted.Text(text.substring(colon + 1, colon + 1 + length)));
      at = colon + 1 + length;
    }
    return packets.isEmpty() ? List.of(new Posted.Broken()) : packets;
  }

  private static int number(String digits) {
    if (digits.isEmpty() || digits.length() > 9) {
      return -1;
    }
    return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : -1;
  }

  private static List<Posted> v3Binary(byte[] body) {
    List<Posted> packets = new ArrayList<>();
    int at = 0;
    while (at < body.length) {
      int kind = body[at++];
      int length = 0;
      int digits = 0;
      while (at < body.length && body[at] >= 0 && body[at] <= 9 && digits < 9) {
        length = length * 10 + body[at++];
        digits++;
      }
      boolean head = digits > 0 && at < body.length && body[at++] == (byte) 255;
      if (!head || kind < 0 || kind > 1 || length > body.length - at) {
        packets.add(new Posted.Broken());
        return packets;
      }
      packets.add(typed(kind, body, at, length));
      at += length;
    }
    return packets.isEmpty() ? List.of(new Posted.Broken()) : packets;
  }

  private static Posted typed(int kind, byte[] body, int at, int length) {
    try {
      return kind == 0
          ? new Posted.Text(utf8(body, at, length))
          : new Posted.Binary(Arrays.copyOfRange(body, at, at + length));
    } catch (CharacterCodingException e) {
      return new Posted.Broken();
    }
  }
}
