package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// RFC 6455 on a real socket, in the manner of the Autobahn test suite's categories 1 to 5, 9 and
/// 10; each test is named by the ids of the cases that it stands for.
@Timeout(120)
final class AutobahnFramesTest extends AutobahnCases {

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
