package parley.edge.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// RFC 6455 on a real socket, in the manner of the Autobahn test suite's categories 7; each test is
/// named by the ids of the cases that it stands for.
@Timeout(120)
final class AutobahnCloseTest extends AutobahnCases {

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
}
