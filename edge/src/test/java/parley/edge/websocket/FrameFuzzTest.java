package parley.edge.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random and mutated bytes as frames: half a million streams of them. What comes is a message, a
/// refusal, or the end; never anything else, and never more than the limit.
@Timeout(120)
class FrameFuzzTest {

  private static final int LIMIT = 1_000;

  private final Random random = new Random(20_261_126);

  @Test
  void noStreamOfBytesMakesTheReaderThrowAnythingElse() {
    for (int i = 0; i < 500_000; i++) {
      read(random.nextInt(4) == 0 ? noise(random.nextInt(80)) : frames());
    }
  }

  private void read(byte[] bytes) {
    FrameReader reader =
        new FrameReader(
            Wire.inbound(List.of(bytes)), () -> LIMIT, Wire.pending(), random.nextBoolean());
    try {
      while (true) {
        switch (reader.next()) {
          case FrameReader.Incoming.Text(String text) -> assertTrue(text.length() <= LIMIT);
          case FrameReader.Incoming.Binary(byte[] data) -> assertTrue(data.length <= LIMIT);
          case FrameReader.Incoming.Ping(byte[] payload) -> assertTrue(payload.length <= 125);
          case FrameReader.Incoming.Close(byte[] payload) -> assertTrue(payload.length <= 125);
          case FrameReader.Incoming.Pong() -> {}
        }
      }
    } catch (WebSocketException | UncheckedIOException refusedOrEnded) {
      // as it should be
    }
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] frames() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int opcode = 1 + random.nextInt(2);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      byte[] payload =
          switch (random.nextInt(4)) {
            case 0 -> noise(random.nextInt(130));
            case 1 -> Deflate.deflated(noise(random.nextInt(40)));
            default -> "words \u20ac".getBytes(StandardCharsets.UTF_8);
          };
      int control = random.nextInt(6) == 0 ? 8 + random.nextInt(3) : opcode;
      int first = control | (random.nextInt(3) == 0 ? 0 : Frames.FIN);
      first |= random.nextInt(4) == 0 ? Frames.RSV1 : 0;
      out.writeBytes(Wire.frame(first, payload));
      opcode = random.nextInt(3) == 0 ? 0 : opcode;
    }
    byte[] bytes = out.toByteArray();
    if (random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
  }
}
