package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.edge.engineio.PayloadReader.Posted;

/// Payloads of polls and posts.
@Timeout(120)
class PayloadTest {

  private static List<Posted> read(Framing framing, byte[] body, boolean binary) {
    List<Posted> heard = new ArrayList<>();
    PayloadReader.read(framing, body, binary, heard::add);
    return heard;
  }

  private static Packet text(String text) {
    return Packet.of(text);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPolledCouldHaveBeenPosted(Framing framing) {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] binary = new byte[random.nextInt(300)];
      random.nextBytes(binary);
      String words = "4" + "\u20ac\ud83d\ude00x".repeat(random.nextInt(50));
      List<Packet> packets =
          List.of(
              text(words),
              Packet.of("4[]".getBytes(UTF_8), 3, List.of(binary), false),
              Packet.binary(binary));
      Payload.Body body = Payload.of(framing, packets);
      List<Posted> posted = read(framing, body.bytes(), body.binary());
      assertEquals(4, posted.size());
      assertEquals(words, ((Posted.Text) posted.get(0)).packet());
      assertEquals("4[]", ((Posted.Text) posted.get(1)).packet());
      for (Posted attachment : posted.subList(2, 4)) {
        byte[] read =
            attachment instanceof Posted.Text(String base64)
                ? framing.fromBase64(base64)
                : framing.binary(((Posted.Binary) attachment).frame());
        assertArrayEquals(binary, read);
      }
    }
  }

  @Test
  void noBodyMakesTheReaderThrow() {
    Random random = new Random(20_261_126);
    byte[][] seeds = {
      "4hello\u001ebAQID\u001e2".getBytes(UTF_8),
      "6:4hello2:4\u20ac10:b4AQIDBAUG".getBytes(UTF_8),
      {0, 2, (byte) 255, '4', 'a', 1, 1, 2, (byte) 255, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}
    };
    for (int i = 0; i < 400_000; i++) {
      byte[] body = Arrays.copyOf(seeds[i % 3], random.nextInt(seeds[i % 3].length + 4));
      for (int n = random.nextInt(4); n > 0 && body.length > 0; n--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      for (Framing framing : Framing.values()) {
        boolean binary = i % 3 == 2 && framing.isV3();
        List<Posted> posted = read(framing, body, binary);
        assertTrue(!posted.isEmpty() || binary);
        for (Posted packet : posted) {
          if (packet instanceof Posted.Text(String text) && text.startsWith("b")) {
            framing.fromBase64(text);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoWantsNoMoreGetsNoMore(Framing framing) {
    byte[] many = (framing.isV3() ? "0:" : "\u001e").repeat(9).getBytes(UTF_8);
    AtomicInteger heard = new AtomicInteger();
    PayloadReader.read(framing, many, false, packet -> heard.incrementAndGet() < 3);
    assertEquals(3, heard.get());
  }

  @Test
  void whatComesBeforeAFaultIsRead() {
    List<Posted> posted = read(Framing.V3, "2:4a3:4".getBytes(UTF_8), false);
    assertEquals(2, posted.size());
    assertInstanceOf(Posted.Text.class, posted.getFirst());
    assertInstanceOf(Posted.Broken.class, posted.getLast());
  }
}
