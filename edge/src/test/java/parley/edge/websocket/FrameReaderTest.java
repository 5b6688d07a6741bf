package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// RFC 6455 section 5, as a server has to hold clients to it.
@Timeout(30)
class FrameReaderTest {

  private static final int LIMIT = 100_000;

  /// Masked client frames, as bytes.
  private static final class Frame {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Frame add(int first, byte[] payload) {
      out.writeBytes(Wire.frame(first, payload));
      return this;
    }

    Frame add(int first, String text) {
      return add(first, text.getBytes(UTF_8));
    }

    FrameReader reader() {
      return FrameReaderTest.reader(out.toByteArray());
    }
  }

  /// Hands the bytes over in pieces, as a socket may.
  private static FrameReader reader(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += 7) {
      pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 7)));
    }
    return new FrameReader(Wire.inbound(pieces), () -> LIMIT, Wire.pending(), false);
  }

  private static void assertBroken(CloseCode code, FrameReader reader) {
    assertEquals(code, assertThrows(WebSocketException.class, reader::next).code());
  }

  private static byte[] raw(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return raw;
  }

  @Test
  void readsTextOfEveryLengthForm() throws Exception {
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, LIMIT}) {
      String text = "x".repeat(length);
      FrameReader.Incoming incoming = new Frame().add(0x81, text).reader().next();
      assertEquals(text, assertInstanceOf(FrameReader.Incoming.Text.class, incoming).text());
    }
  }

  @Test
  void joinsFragmentsAndLetsControlFramesPassBetweenThem() throws Exception {
    FrameReader reader =
        new Frame().add(0x01, "He").add(0x89, "ping").add(0x00, "ll").add(0x80, "o").reader();
    FrameReader.Incoming ping = reader.next();
    assertArrayEquals(
        "ping".getBytes(UTF_8), assertInstanceOf(FrameReader.Incoming.Ping.class, ping).payload());
    assertEquals("Hello", ((FrameReader.Incoming.Text) reader.next()).text());
  }

  @Test
  void aCharacterMayBeSplitBetweenFragments() throws Exception {
    byte[] utf8 = "ü€😀".getBytes(UTF_8);
    Frame frame = new Frame();
    for (int i = 0; i < utf8.length; i++) {
      int opcode = i == 0 ? 1 : 0;
      frame.add((i == utf8.length - 1 ? 0x80 : 0) | opcode, new byte[] {utf8[i]});
    }
    assertEquals("ü€😀", ((FrameReader.Incoming.Text) frame.reader().next()).text());
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    for (byte[] bad :
        List.of(
            raw(0xc0, 0xaf), // overlong
            raw(0xed, 0xa0, 0x80), // a surrogate
            raw(0xf4, 0x90, 0x80, 0x80), // above U+10FFFF
            raw(0xe2, 0x82), // cut short
            raw(0x80))) {
      assertBroken(CloseCode.INVALID_PAYLOAD, new Frame().add(0x81, bad).reader());
    }
  }

  @Test
  void whatClientsMustNotSendIsAProtocolError() {
    assertBroken(CloseCode.PROTOCOL_ERROR, reader(raw(0x81, 0x01, 'a'))); // not masked
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0xc1, "rsv1").reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0xa1, "rsv2").reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x91, "rsv3").reader());
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x80 | opcode, "").reader());
    }
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x80, "nothing to continue").reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x01, "a").add(0x81, "b").reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x09, "split ping").reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x89, "x".repeat(126)).reader());
    assertBroken(CloseCode.PROTOCOL_ERROR, reader(raw(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0)));
  }

  @Test
  void closeFramesMayCarryOnlyCodesThatMayBeSent() throws Exception {
    for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999}) {
      FrameReader.Incoming close =
          new Frame().add(0x88, raw(code >> 8, code & 255, 'o', 'k')).reader().next();
      assertInstanceOf(FrameReader.Incoming.Close.class, close);
    }
    assertInstanceOf(FrameReader.Incoming.Close.class, new Frame().add(0x88, "").reader().next());
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535}) {
      assertBroken(
          CloseCode.PROTOCOL_ERROR, new Frame().add(0x88, raw(code >> 8, code & 255)).reader());
    }
    assertBroken(CloseCode.PROTOCOL_ERROR, new Frame().add(0x88, raw(3)).reader());
    assertBroken(CloseCode.INVALID_PAYLOAD, new Frame().add(0x88, raw(3, 0xe8, 0xff)).reader());
  }

  @Test
  void aMessageOverTheLimitIsTooBigBeforeItIsRead() {
    assertBroken(
        CloseCode.TOO_BIG, reader(raw(0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4)));
    assertBroken(
        CloseCode.TOO_BIG,
        new Frame().add(0x01, "x".repeat(LIMIT)).add(0x80, "and one more").reader());
  }

  @Test
  void aFragmentOfAnyLengthThatIsTooMuchIsTooBig() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Wire.frame(0x01, "0123456789".getBytes(UTF_8)));
    bytes.writeBytes(raw(0x80, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4));
    assertBroken(CloseCode.TOO_BIG, reader(bytes.toByteArray()));
  }

  @Test
  void noBytesMakeItThrowAnythingElse() {
    Random random = new Random(42);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      FrameReader reader = reader(bytes);
      try {
        for (int n = 0; n < 50; n++) {
          reader.next();
        }
      } catch (WebSocketException | UncheckedIOException expected) {
        // the two ways in which input can end
      }
    }
  }
}
