package parley.edge.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InboundTest {

  private final Random random = new Random(20_261_127);

  /// A client that always has more to say; remembers how much was asked for.
  private static final class Torrent implements Inbound.Source {
    private final List<Integer> asked = new ArrayList<>();

    @Override
    public int read(BufferData target) {
      int free = target.capacity();
      asked.add(free);
      target.write(new byte[free]);
      return free;
    }
  }

  @Test
  void whatCameWithTheHandshakeComesFirst() {
    Inbound inbound = new Inbound(new byte[] {1, 2, 3}, new Torrent());
    assertEquals(1, inbound.read());
    assertArrayEquals(new byte[] {2, 3, 0, 0}, inbound.read(4));
  }

  @Test
  void anyMixOfReadsGivesTheBytesInOrderHoweverTheyArrive() {
    for (int run = 0; run < 200; run++) {
      byte[] all = new byte[1 + random.nextInt(40_000)];
      random.nextBytes(all);
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0, size; at < all.length; at += size) {
        size = Math.min(all.length - at, 1 + random.nextInt(1 << random.nextInt(14)));
        pieces.add(Arrays.copyOfRange(all, at, at + size));
      }
      Inbound inbound = Wire.inbound(pieces);
      for (int at = 0, size; at < all.length; at += size) {
        size = Math.min(all.length - at, random.nextInt(1 << random.nextInt(14)));
        byte[] expected = Arrays.copyOfRange(all, at, at + Math.max(size, 1));
        assertArrayEquals(expected, size == 0 ? new byte[] {inbound.read()} : inbound.read(size));
        size = expected.length;
      }
      assertThrows(UncheckedIOException.class, inbound::read);
    }
  }

  @Test
  void aClientThatSaysMuchIsReadInLargerPieces() {
    Torrent torrent = new Torrent();
    Inbound inbound = new Inbound(new byte[0], torrent);
    for (int i = 0; i < 20_000; i++) {
      inbound.read();
    }
    assertEquals(256, torrent.asked.getFirst());
    assertEquals(8_192, torrent.asked.getLast());
    assertTrue(torrent.asked.size() < 10);
  }

  @Test
  void aClientThatPausesHoldsLittleAgain() {
    List<Integer> asked = new ArrayList<>();
    boolean[] quiet = {false};
    Inbound inbound =
        new Inbound(
            new byte[0],
            target -> {
              asked.add(target.capacity());
              int size = quiet[0] ? 10 : target.capacity();
              target.write(new byte[size]);
              return size;
            });
    inbound.read(8_192);
    for (int i = 0; i < 9_000; i++) {
      inbound.read();
    }
    quiet[0] = true;
    for (int i = 0; i < 20_000; i++) {
      inbound.read();
    }
    assertEquals(256, asked.getLast());
  }
}
