package parley.edge.engineio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Decodes the body of a POST, packet by packet: what is heard is forgotten before the next one is
/// read, since a body of separators alone has a packet for each byte.
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

  /// Gets what was read.
  interface Hearer {

    /// @return false when no more is wanted
    boolean hear(Posted packet);
  }

  private PayloadReader() {}

  /// @param binary the body is v3's binary form
  /// @param heard gets each packet; false = it wants no more
  static void read(Framing framing, byte[] body, boolean binary, Hearer heard) {
    if (binary) {
      v3Binary(body, heard);
      return;
    }
    String text;
    try {
      text = utf8(body, 0, body.length);
    } catch (CharacterCodingException e) {
      heard.hear(new Posted.Broken());
      return;
    }
    if (framing.isV3()) {
      v3(text, heard);
    } else {
      v4(text, heard);
    }
  }

  private static String utf8(byte[] bytes, int offset, int length) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, offset, length))
        .toString();
  }

  private static void v4(String text, Hearer heard) {
    int start = 0;
    for (int end = text.indexOf(SEPARATOR); end >= 0; end = text.indexOf(SEPARATOR, start)) {
      if (!heard.hear(new Posted.Text(text.substring(start, end)))) {
        return;
      }
      start = end + 1;
    }
    heard.hear(new Posted.Text(text.substring(start)));
  }

  private static void v3(String text, Hearer heard) {
    int at = 0;
    do {
      int colon = text.indexOf(':', at);
      int length = colon < 0 ? -1 : number(text.substring(at, colon));
      if (length < 0 || colon + 1 + length > text.length()) {
        heard.hear(new Posted.Broken());
        return;
      }
      at = colon + 1 + length;
      if (!heard.hear(new Posted.Text(text.substring(colon + 1, at)))) {
        return;
      }
    } while (at < text.length());
  }

  private static int number(String digits) {
    if (digits.isEmpty() || digits.length() > 9) {
      return -1;
    }
    return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : -1;
  }

  private static void v3Binary(byte[] body, Hearer heard) {
    int at = 0;
    do {
      int kind = at < body.length ? body[at++] : -1;
      int length = 0;
      int digits = 0;
      while (at < body.length && body[at] >= 0 && body[at] <= 9 && digits < 9) {
        length = length * 10 + body[at++];
        digits++;
      }
      boolean head = digits > 0 && at < body.length && body[at++] == (byte) 255;
      if (!head || kind < 0 || kind > 1 || length > body.length - at) {
        heard.hear(new Posted.Broken());
        return;
      }
      if (!heard.hear(typed(kind, body, at, length))) {
        return;
      }
      at += length;
    } while (at < body.length);
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
