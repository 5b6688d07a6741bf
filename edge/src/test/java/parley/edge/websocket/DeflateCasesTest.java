package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7692, in the manner of the Autobahn test suite's categories 12 and 13.
@Timeout(60)
class DeflateCasesTest {

  private static final int TEXT = Wire.FIN | 1;
  private static final String OFFER = "permessage-deflate; client_max_window_bits";
  private static WireServer server;

  @BeforeAll
  static void start() {
    server = new WireServer(true);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String text(int length) {
    Random random = new Random(length);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(6)));
    }
    return text.toString();
  }

  /// 12.1.x to 12.5.x: sizes and kinds of messages, a thousand of each there, some of each here.
  @ParameterizedTest
  @ValueSource(ints = {16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072})
  void compressedMessagesAreEchoedCompressed(int size) throws Exception {
    try (Wire wire = new Wire(server.port(), OFFER)) {
      byte[] message = text(size).getBytes(UTF_8);
      byte[] compressed = Deflate.deflated(message);
      for (int i = 0; i < 20; i++) {
        wire.send(TEXT | Wire.RSV1, compressed);
        Wire.Frame frame = wire.next();
        boolean smaller = (frame.first() & Wire.RSV1) != 0;
        assertEquals(compressed.length < size, smaller);
        byte[] payload =
            smaller ? Deflate.inflated(frame.payload(), WireServer.LIMIT) : frame.payload();
        assertArrayEquals(message, payload);
      }
    }
  }

  /// 12.1.11 to 12.1.18: a compressed message in fragments, control frames between them.
  @Test
  void onlyTheFirstFragmentIsMarked() throws Exception {
    try (Wire wire = new Wire(server.port(), OFFER)) {
      byte[] compressed = Deflate.deflated(text(10_000).getBytes(UTF_8));
      for (int at = 0; at < compressed.length; at += 256) {
        byte[] part = Arrays.copyOfRange(compressed, at, Math.min(compressed.length, at + 256));
        boolean last = at + 256 >= compressed.length;
        wire.send((at == 0 ? 1 | Wire.RSV1 : 0) | (last ? Wire.FIN : 0), part);
        wire.send(Wire.FIN | 9, "p" + at);
        assertEquals("p" + at, last ? skipMessage(wire) : wire.next().text());
      }
      wire.send(TEXT | Wire.RSV1, compressed);
      assertEquals(text(10_000), inflated(wire.next()));
    }
  }

  private static String skipMessage(Wire wire) throws WebSocketException {
    assertEquals(text(10_000), inflated(wire.next()));
    return wire.next().text();
  }

  private static String inflated(Wire.Frame frame) throws WebSocketException {
    return new String(Deflate.inflated(frame.payload(), WireServer.LIMIT), UTF_8);
  }

  @Test
  void uncompressedMessagesPassToo() throws Exception {
    try (Wire wire = new Wire(server.port(), OFFER)) {
      wire.send(TEXT, "plain");
      Wire.Frame frame = wire.next();
      assertEquals("plain", (frame.first() & Wire.RSV1) != 0 ? inflated(frame) : frame.text());
      wire.send(TEXT | Wire.RSV1, new byte[] {0});
      assertEquals("", wire.next().text(), "an empty message");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Wire.FIN | 9, Wire.FIN | 8, Wire.FIN})
  void controlFramesAndContinuationsAreNeverMarked(int first) throws Exception {
    try (Wire wire = new Wire(server.port(), OFFER)) {
      if (first == Wire.FIN) {
        wire.send(1 | Wire.RSV1, new byte[] {0});
      }
      wire.send(first | Wire.RSV1, "x");
      assertEquals(1002, wire.next().closeCode());
    }
  }

  @Test
  void withoutAgreementTheBitIsAnError() throws Exception {
    try (Wire wire = new Wire(server.port(), "")) {
      assertFalse(wire.handshake.contains("permessage-deflate"));
      wire.send(TEXT | Wire.RSV1, "x");
      assertEquals(1002, wire.next().closeCode());
    }
  }

  @Test
  void bombsAreRefusedBeforeTheyGoOff() throws Exception {
    Deflater deflater = new Deflater(9, true);
    byte[] zeros = new byte[WireServer.LIMIT + 1];
    deflater.setInput(zeros);
    byte[] bomb = new byte[100_000];
    int length = deflater.deflate(bomb, 0, bomb.length, Deflater.SYNC_FLUSH);
    deflater.end();
    try (Wire wire = new Wire(server.port(), OFFER)) {
      wire.send(TEXT | Wire.RSV1, Arrays.copyOf(bomb, length - 4));
      assertEquals(1009, wire.next().closeCode());
    }
  }

  @Test
  void whatIsNoCompressedDataIsClosedAs1007() throws Exception {
    try (Wire wire = new Wire(server.port(), OFFER)) {
      wire.send(TEXT | Wire.RSV1, new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
      assertEquals(1007, wire.next().closeCode());
    }
    try (Wire wire = new Wire(server.port(), OFFER)) {
      wire.send(TEXT | Wire.RSV1, Deflate.deflated(new byte[] {(byte) 0xc3, 0x28}));
      assertEquals(1007, wire.next().closeCode(), "compressed, but not UTF-8");
    }
  }

  @Test
  void aFinalBlockEndsNothing() throws Exception {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput("Hello".getBytes(UTF_8));
    deflater.finish();
    byte[] block = new byte[100];
    int length = deflater.deflate(block);
    deflater.end();
    // RFC 7692 section 7.2.3.4: the block is followed by a zero byte.
    byte[] payload = Arrays.copyOf(block, length + 1);
    assertEquals("Hello", new String(Deflate.inflated(payload, 100), UTF_8));
  }

  /// 13.x: offers, and what is agreed on.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate | true",
        "permessage-deflate; client_max_window_bits | true",
        "permessage-deflate; client_max_window_bits=9 | true",
        "permessage-deflate; client_max_window_bits=\"15\" | true",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover | true",
        "permessage-deflate; server_max_window_bits=15 | true",
        "permessage-deflate; server_max_window_bits=9 | false",
        "permessage-deflate; server_max_window_bits=9, permessage-deflate | true",
        "x-webkit-deflate-frame, permessage-deflate | true",
        "permessage-deflate; server_max_window_bits | false",
        "permessage-deflate; client_max_window_bits=7 | false",
        "permessage-deflate; client_max_window_bits=16 | false",
        "permessage-deflate; client_max_window_bits=08 | false",
        "permessage-deflate; server_no_context_takeover=1 | false",
        "permessage-deflate; unknown | false",
        "permessage-deflate; client_max_window_bits; client_max_window_bits | false",
        "permessage-bzip2 | false"
      })
  void offersAreAnsweredAsTheyCanBeMet(String offer, boolean agreed) throws Exception {
    try (Wire wire = new Wire(server.port(), offer)) {
      assertEquals(agreed, wire.handshake.contains("Sec-WebSocket-Extensions"), wire.handshake);
      if (agreed) {
        assertTrue(
            wire.handshake.contains("server_no_context_takeover; client_no_context_takeover"));
        assertEquals(
            offer.contains("server_max_window_bits=15"),
            wire.handshake.contains("server_max_window_bits=15"));
      }
    }
  }

  @Test
  void whatCompressionDoesNotShortenGoesOutPlain() {
    byte[] noise = new byte[2_000];
    new Random(1).nextBytes(noise);
    byte[] frames = Frames.binary(noise);
    assertArrayEquals(frames, Deflate.frames(frames, 1_024));
    byte[] small = Frames.text("xxxxxxxxxxxxxxxxxxxxx".getBytes(UTF_8), 20);
    assertArrayEquals(small, Deflate.frames(small, 1_024), "below the threshold");
    assertThrows(WebSocketException.class, () -> Deflate.inflated(noise, 10_000));
  }
}
