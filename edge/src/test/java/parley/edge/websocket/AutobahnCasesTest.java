package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// RFC 6455 on a real socket, in the manner of the Autobahn test suite's categories 1 to 7, 9 and
/// 10; each test is named by the ids of the cases that it stands for.
@Timeout(120)
class AutobahnCasesTest {

  private static final int TEXT = Wire.FIN | 1;
  private static final int BINARY = Wire.FIN | 2;
  private static final int CLOSE = Wire.FIN | 8;
  private static final int PING = Wire.FIN | 9;
  private static final int PONG = Wire.FIN | 10;
  private static WireServer server;

  private interface Case {
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

  private static DynamicTest test(String ids, Case body) {
    return DynamicTest.dynamicTest(
        ids,
        () -> {
          try (Wire wire = new Wire(server.port(), "")) {
            body.run(wire);
          }
        });
  }

  private static void assertText(String expected, Wire wire) {
    Wire.Frame frame = wire.next();
    assertEquals(TEXT, frame.first());
    assertEquals(expected, frame.text());
  }

  private static void assertClosed(int code, Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame != null && frame.first() == CLOSE, () -> "not closed but " + frame);
    assertEquals(code, frame.closeCode());
    assertNull(wire.next());
  }

  /// The end, with or without a close frame before it.
  private static void assertEnd(Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame == null || frame.first() == CLOSE, () -> "not closed but " + frame);
  }

  /// The same where the client went on sending: the server closes with input unread, and TCP may
  /// then reset the connection and take the close frame along. Nothing but that frame may come.
  private static void assertClosedOrReset(int code, Wire wire) {
    Wire.Frame frame = wire.next();
    assertTrue(frame == null || frame.first() == CLOSE, () -> "not closed but " + frame);
    if (frame != null) {
      assertEquals(code, frame.closeCode());
      assertNull(wire.next());
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xfe);
    return bytes;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] close(int code, String reason) {
    byte[] words = reason.getBytes(UTF_8);
    byte[] payload = new byte[words.length + 2];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(words, 0, payload, 2, words.length);
    return payload;
  }

  @TestFactory
  Stream<DynamicTest> messagesOfAllSizesAreEchoed() {
    return Stream.of(0, 125, 126, 127, 128, 65_535, 65_536)
        .flatMap(
            size ->
                Stream.of(
                    test(
                        "1.1.1-1.1.7 text of " + size,
                        wire -> {
                          wire.send(TEXT, "*".repeat(size));
                          assertText("*".repeat(size), wire);
                        }),
                    test(
                        "1.2.1-1.2.7 binary of " + size,
                        wire -> {
                          wire.send(BINARY, bytes(size));
                          assertArrayEquals(bytes(size), wire.next().payload());
                        }),
                    test(
                        "1.1.8, 1.2.8 chopped, of " + size,
                        wire -> {
                          byte[] frame = Wire.frame(TEXT, "*".repeat(size).getBytes(UTF_8));
                          wire.chopped(frame, Math.max(1, size / 100));
                          assertText("*".repeat(size), wire);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> pingsAndPongs() {
    return Stream.of(
        test(
            "2.1-2.4 a ping is answered with its payload",
            wire -> {
              for (int size : new int[] {0, 5, 8, 125}) {
                wire.send(PING, bytes(size));
                Wire.Frame pong = wire.next();
                assertEquals(PONG, pong.first());
                assertArrayEquals(bytes(size), pong.payload());
              }
            }),
        test("2.5 a ping of 126 bytes", wire -> assertClosedAfter(wire, PING, bytes(126))),
        test(
            "2.6 a ping in single bytes",
            wire -> {
              wire.chopped(Wire.frame(PING, bytes(125)), 1);
              assertEquals(PONG, wire.next().first());
            }),
        test(
            "2.7-2.9 unsolicited pongs are ignored",
            wire -> {
              wire.send(PONG, "").send(PONG, "unsolicited").send(PING, "p");
              Wire.Frame pong = wire.next();
              assertEquals(PONG, pong.first());
              assertEquals("p", pong.text());
            }),
        test(
            "2.10, 2.11 ten pings, ten pongs in order",
            wire -> {
              ByteArrayOutputStream ten = new ByteArrayOutputStream();
              for (int i = 0; i < 10; i++) {
                ten.writeBytes(Wire.frame(PING, ("payload-" + i).getBytes(UTF_8)));
              }
              wire.chopped(ten.toByteArray(), 3);
              for (int i = 0; i < 10; i++) {
                assertEquals("payload-" + i, wire.next().text());
              }
            }));
  }

  private static void assertClosedAfter(Wire wire, int first, byte[] payload) {
    wire.send(first, payload);
    assertClosed(1002, wire);
  }

  @TestFactory
  Stream<DynamicTest> reservedBitsAndOpcodes() {
    Stream<DynamicTest> bits =
        Stream.of(1, 2, 3, 4, 5, 6, 7)
            .flatMap(
                rsv ->
                    Stream.of(TEXT, BINARY, PING, CLOSE)
                        .map(
                            first ->
                                test(
                                    "3.1-3.7 RSV %d on opcode %d".formatted(rsv, first & 15),
                                    wire -> {
                                      wire.send(TEXT, "Hello");
                                      assertText("Hello", wire);
                                      wire.send(first | rsv << 4, "x");
                                      assertClosed(1002, wire);
                                    })));
    Stream<DynamicTest> opcodes =
        Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
            .flatMap(
                opcode ->
                    Stream.of("", "payload")
                        .map(
                            payload ->
                                test(
                                    "4.1.1-4.2.5 opcode " + opcode + " " + payload,
                                    wire -> {
                                      wire.send(TEXT, "Hello");
                                      assertText("Hello", wire);
                                      wire.send(Wire.FIN | opcode, payload);
                                      wire.send(PING, "");
                                      assertClosedOrReset(1002, wire);
                                    })));
    return Stream.concat(bits, opcodes);
  }

  @TestFactory
  Stream<DynamicTest> fragments() {
    return Stream.of(
        test("5.1 a ping in two", wire -> assertClosedAfter(wire, 9, bytes(3))),
        test("5.2 a pong in two", wire -> assertClosedAfter(wire, 10, bytes(3))),
        test(
            "5.3-5.5 text in two, at once and chopped",
            wire -> {
              wire.send(1, "frag").send(Wire.FIN, "ment");
              assertText("fragment", wire);
              wire.chopped(Wire.frame(1, "frag".getBytes(UTF_8)), 1);
              wire.chopped(Wire.frame(Wire.FIN, "ment".getBytes(UTF_8)), 1);
              assertText("fragment", wire);
            }),
        test(
            "5.6-5.8 a ping between fragments is answered before the message",
            wire -> {
              wire.send(1, "frag").send(PING, "ping").send(Wire.FIN, "ment");
              assertEquals("ping", wire.next().text());
              assertText("fragment", wire);
            }),
        test(
            "5.9, 5.10 a continuation of nothing",
            wire -> assertClosedAfter(wire, Wire.FIN, bytes(3))),
        test(
            "5.11 a continuation of nothing, chopped",
            wire -> {
              wire.chopped(Wire.frame(Wire.FIN, bytes(5)), 1);
              assertClosed(1002, wire);
            }),
        test("5.12-5.14 likewise, not final", wire -> assertClosedAfter(wire, 0, bytes(3))),
        test(
            "5.15 a continuation after the message is complete",
            wire -> {
              wire.send(1, "a").send(Wire.FIN, "b");
              assertText("ab", wire);
              wire.send(0, "c").send(Wire.FIN, "d");
              assertClosedOrReset(1002, wire);
            }),
        test(
            "5.16, 5.17 continuations of nothing, then text, again and again",
            wire -> {
              wire.send(0, "x").send(TEXT, "y").send(Wire.FIN, "z");
              assertClosedOrReset(1002, wire);
            }),
        test(
            "5.18 text within text",
            wire -> {
              wire.send(1, "a").send(TEXT, "b");
              assertClosed(1002, wire);
            }),
        test(
            "5.19, 5.20 five fragments with pings between",
            wire -> {
              wire.send(1, "1").send(0, "2").send(PING, "p1").send(0, "3").send(0, "4");
              wire.send(PING, "p2").send(Wire.FIN, "5");
              assertEquals("p1", wire.next().text());
              assertEquals("p2", wire.next().text());
              assertText("12345", wire);
            }));
  }

  @TestFactory
  Stream<DynamicTest> validUtf8IsEchoed() {
    String words = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!";
    Stream<DynamicTest> fragments =
        Stream.of(
            test(
                "6.1.1-6.1.3 empty text, whole and in empty fragments",
                wire -> {
                  wire.send(TEXT, "");
                  assertText("", wire);
                  wire.send(1, "").send(0, "").send(Wire.FIN, "");
                  assertText("", wire);
                  wire.send(1, "").send(0, "middle").send(Wire.FIN, "");
                  assertText("middle", wire);
                }),
            test(
                "6.2.1-6.2.4 cut anywhere, within characters too",
                wire -> {
                  byte[] utf8 = words.getBytes(UTF_8);
                  wire.send(TEXT, utf8);
                  assertText(words, wire);
                  wire.send(1, Arrays.copyOf(utf8, 12));
                  wire.send(Wire.FIN, Arrays.copyOfRange(utf8, 12, utf8.length));
                  assertText(words, wire);
                  for (int i = 0; i < utf8.length; i++) {
                    wire.send(i == 0 ? 1 : 0, new byte[] {utf8[i]});
                  }
                  wire.send(Wire.FIN, "");
                  assertText(words, wire);
                }));
    Stream<DynamicTest> whole =
        Stream.of(
                "ce ba e1 bd b9 cf 83 ce bc ce b5",
                "00",
                "c2 80",
                "e0 a0 80",
                "f0 90 80 80",
                "7f",
                "df bf",
                "ef bf bf",
                "f4 8f bf bf",
                "ed 9f bf",
                "ee 80 80",
                "ef bf bd",
                "ef bf be",
                "f0 9f bf be",
                "f0 9f bf bf",
                "f3 bf bf be",
                "f4 8f bf be")
            .map(
                digits ->
                    test(
                        "6.5-6.7, 6.9, 6.11, 6.13, 6.15, 6.22, 6.23 " + digits,
                        wire -> {
                          wire.send(TEXT, hex(digits));
                          assertArrayEquals(hex(digits), wire.next().payload());
                        }));
    return Stream.concat(fragments, whole);
  }

  @TestFactory
  Stream<DynamicTest> invalidUtf8IsClosedAs1007() {
    return Stream.of(
            "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64",
            "ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64",
            "ce",
            "ce ba e1",
            "ce ba e1 bd",
            "f8 88 80 80 80",
            "fc 84 80 80 80 80",
            "f7 bf bf bf",
            "fb bf bf bf bf",
            "fd bf bf bf bf bf",
            "f4 90 80 80",
            "80",
            "bf",
            "80 bf",
            "80 bf 80 bf 80",
            "c0 20 c1 20 df 20",
            "e0 20 ef 20",
            "f0 20 f7 20",
            "f8 20 fb 20",
            "fc 20",
            "c0",
            "e0 80",
            "f0 80 80",
            "df",
            "ef bf",
            "f7 bf bf",
            "fe",
            "ff",
            "fe fe ff ff",
            "c0 af",
            "e0 80 af",
            "f0 80 80 af",
            "f8 80 80 80 af",
            "c1 bf",
            "e0 9f bf",
            "f0 8f bf bf",
            "c0 80",
            "e0 80 80",
            "f0 80 80 80",
            "ed a0 80",
            "ed ad bf",
            "ed ae 80",
            "ed af bf",
            "ed b0 80",
            "ed be 80",
            "ed bf bf",
            "ed a0 80 ed b0 80",
            "ed ad bf ed bf bf")
        .flatMap(
            digits ->
                Stream.of(
                    test(
                        "6.3, 6.4, 6.8, 6.10, 6.12, 6.14, 6.16-6.21 " + digits,
                        wire -> {
                          wire.send(TEXT, hex(digits));
                          assertClosed(1007, wire);
                        }),
                    test(
                        "6.3.2, 6.4 in fragments of one byte " + digits,
                        wire -> {
                          byte[] invalid = hex(digits);
                          for (int i = 0; i < invalid.length; i++) {
                            wire.send(i == 0 ? 1 : 0, new byte[] {invalid[i]});
                          }
                          wire.send(Wire.FIN, "");
                          assertClosed(1007, wire);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> closing() {
    Stream<DynamicTest> order =
        Stream.of(
            test(
                "7.1.1 a message, then close",
                wire -> {
                  wire.send(TEXT, "Hello").send(CLOSE, close(1000, ""));
                  assertText("Hello", wire);
                  assertClosed(1000, wire);
                }),
            test(
                "7.1.2, 7.1.3 nothing is heard after close",
                wire -> {
                  wire.send(CLOSE, close(1000, "")).send(CLOSE, "").send(PING, "late");
                  assertClosedOrReset(1000, wire);
                }),
            test(
                "7.1.4, 7.1.5 nor text, nor the rest of a message",
                wire -> {
                  wire.send(1, "frag").send(CLOSE, close(1000, "")).send(Wire.FIN, "ment");
                  assertClosedOrReset(1000, wire);
                }),
            test(
                "7.1.6 256 KiB, then close and a ping",
                wire -> {
                  wire.send(TEXT, "B".repeat(262_144)).send(TEXT, "Hello");
                  assertEquals(262_144, wire.next().payload().length);
                  assertText("Hello", wire);
                  wire.send(CLOSE, close(1000, "")).send(PING, "");
                  assertClosedOrReset(1000, wire);
                }),
            test(
                "7.3.1 an empty close is echoed empty",
                wire -> {
                  wire.send(CLOSE, "");
                  assertClosed(0, wire);
                }),
            test("7.3.2 half a code", wire -> assertClosedAfter(wire, CLOSE, bytes(1))),
            test(
                "7.3.3-7.3.5 a code, a reason, the longest reason",
                wire -> {
                  wire.send(CLOSE, close(1000, "x".repeat(123)));
                  assertClosed(1000, wire);
                }),
            test(
                "7.3.6 a reason too long",
                wire -> assertClosedAfter(wire, CLOSE, close(1000, "x".repeat(124)))),
            test(
                "7.5.1 a reason that is not UTF-8",
                wire -> {
                  byte[] payload = close(1000, "xxxx");
                  payload[3] = (byte) 0xff;
                  wire.send(CLOSE, payload);
                  assertClosed(1007, wire);
                }));
    Stream<DynamicTest> good =
        Stream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
            .map(
                code ->
                    test(
                        "7.7.1-7.7.13 code " + code,
                        wire -> {
                          wire.send(CLOSE, close(code, ""));
                          assertClosed(code, wire);
                        }));
    Stream<DynamicTest> bad =
        Stream.of(0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535)
            .map(
                code ->
                    test(
                        "7.9.1-7.9.9, 7.13.1, 7.13.2 code " + code,
                        wire -> assertClosedAfter(wire, CLOSE, close(code, ""))));
    return Stream.of(order, good, bad).flatMap(cases -> cases);
  }

  @TestFactory
  Stream<DynamicTest> largeMessages() {
    return Stream.of(65_536, 262_144, 1_048_576, 4_194_304, 8_388_608, WireServer.LIMIT)
        .flatMap(
            size ->
                Stream.of(
                    test(
                        "9.1.1-9.2.6 " + size + " bytes",
                        wire -> {
                          wire.send(BINARY, bytes(size));
                          assertEquals(size, wire.next().payload().length);
                        }),
                    test(
                        "9.3-9.4 " + size + " bytes in fragments",
                        wire -> {
                          int step = Math.max(4_096, size / 64);
                          for (int at = 0; at < size; at += step) {
                            boolean last = at + step >= size;
                            wire.send(
                                (at == 0 ? 2 : 0) | (last ? Wire.FIN : 0),
                                bytes(Math.min(step, size - at)));
                          }
                          assertEquals(size, wire.next().payload().length);
                        }),
                    test(
                        "9.5-9.6 text of " + size + " bytes, chopped",
                        wire -> {
                          byte[] frame = Wire.frame(TEXT, "*".repeat(size).getBytes(UTF_8));
                          wire.chopped(frame, 2_048);
                          assertEquals(size, wire.next().payload().length);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> roundTripsAndLimits() {
    return Stream.of(
        test(
            "9.7-9.8 a thousand round trips",
            wire -> {
              for (int size : new int[] {0, 16, 64, 256, 1_024}) {
                for (int i = 0; i < 200; i++) {
                  wire.send(TEXT, "*".repeat(size));
                  assertEquals(size, wire.next().payload().length);
                }
              }
            }),
        test(
            "10.1.1 64 KiB in fragments of 1,300 bytes",
            wire -> {
              for (int at = 0; at < 65_536; at += 1_300) {
                int first = (at == 0 ? 1 : 0) | (at + 1_300 >= 65_536 ? Wire.FIN : 0);
                wire.send(first, "*".repeat(Math.min(1_300, 65_536 - at)));
              }
              assertText("*".repeat(65_536), wire);
            }),
        test(
            "own: a frame over the limit is refused by its header alone",
            wire -> {
              wire.raw(new byte[] {(byte) BINARY, (byte) 0xff, 0, 0, 0, 0, 1, 0, 0, 1});
              assertClosed(1009, wire);
            }),
        test(
            "own: a negative length",
            wire -> {
              wire.raw(new byte[] {(byte) BINARY, (byte) 0xff, -1, 0, 0, 0, 0, 0, 0, 0});
              assertClosed(1002, wire);
            }),
        test(
            "own: fragments over the limit together",
            wire -> {
              for (int i = 0; i < 17; i++) {
                wire.send(i == 0 ? 2 : 0, bytes(1_048_576));
              }
              assertEnd(wire);
            }),
        test(
            "own: an unmasked frame",
            wire -> {
              wire.raw(new byte[] {(byte) TEXT, 1, 'x'});
              assertClosed(1002, wire);
            }),
        test(
            "own: a hundred thousand empty fragments cost nothing",
            wire -> {
              byte[] empty = Wire.frame(0, new byte[0]);
              ByteArrayOutputStream many = new ByteArrayOutputStream();
              many.writeBytes(Wire.frame(1, new byte[0]));
              for (int i = 0; i < 100_000; i++) {
                many.writeBytes(empty);
              }
              wire.raw(many.toByteArray()).send(Wire.FIN, "end");
              assertText("end", wire);
            }));
  }
}
