package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;

/// What the tests of RFC 6455 share: a server, and what is expected of it.
abstract class AutobahnCases {

  static final int TEXT = Wire.FIN | 1;
  static final int BINARY = Wire.FIN | 2;
  static final int CLOSE = Wire.FIN | 8;
  static final int PING = Wire.FIN | 9;
  static final int PONG = Wire.FIN | 10;
  static WireServer server;

  interface Case {
    void run(Wire wire) throws IOException;
  }

  @BeforeAll
  static void start() {
    server = new WireServer(false);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static DynamicTest test(String ids, Case body) {
    return DynamicTest.dynamicTest(
        ids,
        () -> {
          try (Wire wire = new Wire(server.port(), "")) {
            body.run(wire);
          }
        });
  }

  static void assertText(String expected, Wire wire) {
    Wire.Frame frame = wire.next();
    assertEquals(TEXT, frame.first());
    assertEquals(expected, frame.text());
  }

  static void assertClosed(int code, Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame != null && frame.first() == CLOSE, () -> "not closed but " + frame);
    assertEquals(code, frame.closeCode());
    assertNull(wire.next());
  }

  /// The end, with or without a close frame before it.
  static void assertEnd(Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame == null || frame.first() == CLOSE, () -> "not closed but " + frame);
  }

  /// The same where the client went on sending: the server closes with input unread, and TCP may
  /// then reset the connection and take the close frame along. Nothing but that frame may come.
  static void assertClosedOrReset(int code, Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame == null || frame.first() == CLOSE, () -> "not closed but " + frame);
    if (frame != null) {
      assertEquals(code, frame.closeCode());
      assertNull(wire.next());
    }
  }

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xfe);
    return bytes;
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static byte[] close(int code, String reason) {
    byte[] words = reason.getBytes(UTF_8);
    byte[] payload = new byte[words.length + 2];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(words, 0, payload, 2, words.length);
    return payload;
  }

  static void assertClosedAfter(Wire wire, int first, byte[] payload) {
    wire.send(first, payload);
    assertClosed(1002, wire);
  }
}
