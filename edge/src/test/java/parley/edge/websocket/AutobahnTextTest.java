package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// RFC 6455 on a real socket, in the manner of the Autobahn test suite's categories 6; each test is
/// named by the ids of the cases that it stands for.
@Timeout(120)
final class AutobahnTextTest extends AutobahnCases {

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
}
