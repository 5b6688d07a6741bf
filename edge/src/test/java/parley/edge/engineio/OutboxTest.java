package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutboxTest {

  private final Drainers drainers = new Drainers(2);

  @AfterEach
  void stop() {
    drainers.close();
  }

  /// Writes down what it gets; stuck until the latch opens.
  private static final class Recorder implements Transport, Transport.Writing {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    final AtomicInteger writes = new AtomicInteger();
    final CountDownLatch open;
    volatile boolean dropped;
    volatile boolean writable = true;

    Recorder(boolean stuck) {
      open = new CountDownLatch(stuck ? 1 : 0);
    }

    @Override
    public Writing claim() {
      return writable() ? this : null;
    }

    @Override
    public boolean writable() {
      return writable;
    }

    @Override
    public int mostPackets() {
      return Integer.MAX_VALUE;
    }

    @Override
    public int mostBytes() {
      return 16_384;
    }

    @Override
    public void write(List<Packet> packets) {
      writes.incrementAndGet();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      synchronized (written) {
        packets.forEach(packet -> written.writeBytes(packet.frames()));
      }
    }

    @Override
    public void drop() {
      dropped = true;
      open.countDown();
    }

    String text() {
      synchronized (written) {
        return written.toString(US_ASCII);
      }
    }
  }

  private static Packet packet(String text, boolean droppable) {
    return Packet.of(new byte[0], 0, droppable).as(text.getBytes(US_ASCII));
  }

  /// Counts what it is told.
  private static final class Owner implements Outbox.Owner {
    final AtomicInteger overflows = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    @Override
    public void overflowed() {
      overflows.incrementAndGet();
    }

    @Override
    public void failed() {
      failures.incrementAndGet();
    }

    @Override
    public void finished() {
      ends.incrementAndGet();
    }
  }

  private Outbox outbox(Transport transport, int maxBytes) {
    return new Outbox(transport, drainers, maxBytes, new Owner());
  }

  @Test
  void keepsTheOrderAndJoinsWhatWaits() {
    Recorder transport = new Recorder(true);
    Outbox outbox = outbox(transport, 1_000_000);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      assertTrue(outbox.offer(packet(i + ",", false)));
      expected.append(i).append(',');
    }
    await().until(() -> transport.writes.get() == 1);
    transport.open.countDown();
    await().untilAsserted(() -> assertEquals(expected.toString(), transport.text()));
    assertTrue(transport.writes.get() < 10, () -> transport.writes + " writes");
    await().until(() -> outbox.bytes() == 0);
  }

  /// With nobody to drain, so that what is drained, and from where, is the test's to say.
  @Test
  void whoWaitsAmongManyGoesAmongFewWhenThereIsSomethingForFew() {
    try (Drainers nobody = new Drainers(0)) {
      Recorder transport = new Recorder(false);
      Outbox outbox = new Outbox(transport, nobody, 1_000_000, new Owner());
      outbox.offer(packet("1,", false).forMany());
      outbox.offer(packet("2,", false));
      assertNull(outbox.drainOnce(Priority.BULK), "its place among many is void");
      assertEquals("", transport.text());
      assertNull(outbox.drainOnce(Priority.DIRECT), "nothing is left");
      assertEquals("1,2,", transport.text());

      outbox.offer(packet("3,", false).forMany());
      assertNull(outbox.drainOnce(Priority.DIRECT));
      assertEquals("1,2,", transport.text());
      assertNull(outbox.drainOnce(Priority.BULK));
      assertEquals("1,2,3,", transport.text());
    }
  }

  @Test
  void aVoidPlaceAmongManyIsTakenAgain() {
    try (Drainers nobody = new Drainers(0)) {
      Recorder transport = new Recorder(false);
      Outbox outbox = new Outbox(transport, nobody, 1_000_000, new Owner());
      outbox.offer(packet("1,", false).forMany());
      outbox.offer(packet("2,", false));
      outbox.drainOnce(Priority.DIRECT);
      outbox.offer(packet("3,", false).forMany());
      assertNull(outbox.drainOnce(Priority.BULK));
      assertEquals("1,2,3,", transport.text());
      assertEquals(0, outbox.bytes());
    }
  }

  @Test
  void joinedPacketsAreTheirFramesInOrderAndAreShedOnlyIfAllMayBe() {
    Packet typing = Packet.of("2a".getBytes(US_ASCII), 2, true);
    Packet message = Packet.of("2b".getBytes(US_ASCII), 2, false);
    Packet joined = Packet.joined(List.of(typing, message));
    assertEquals(2, joined.count());
    assertEquals(typing.size() + message.size(), joined.size());
    assertFalse(joined.droppable());
    assertTrue(Packet.joined(List.of(typing, typing)).droppable());
  }

  @Test
  void theOtherFormOfAPacketForManyIsForManyToo() {
    Packet usual = Packet.of("2a".getBytes(US_ASCII), 2, false);
    Packet packet = usual.withOther(() -> Packet.of("2b".getBytes(US_ASCII), 2, false)).forMany();
    assertTrue(packet.other().isForMany());
    assertFalse(Packet.of("2a".getBytes(US_ASCII), 2, false).other().isForMany());
  }

  @Test
  void shedsDroppablePacketsFirstAndThenDropsTheTransport() {
    Recorder transport = new Recorder(true);
    Owner owner = new Owner();
    Outbox outbox = new Outbox(transport, drainers, 100, owner);
    assertTrue(outbox.offer(packet("first", false)));
    await().until(() -> transport.writes.get() == 1);
    assertTrue(outbox.offer(packet("t".repeat(40), true)), "below the half");
    assertTrue(outbox.offer(packet("m".repeat(40), false)));
    assertFalse(outbox.offer(packet("t", true)), "above the half");
    assertTrue(outbox.offer(packet("M".repeat(40), false)), "the waiting typing event made room");
    assertEquals(80, outbox.bytes());
    assertFalse(outbox.offer(packet("x".repeat(30), false)));
    assertEquals(1, owner.overflows.get());
    assertFalse(outbox.offer(packet("x", false)), "it is over");
  }

  @Test
  void clientsThatDoNotReadHoldUpNobody() {
    for (int i = 0; i < 50; i++) {
      outbox(new Recorder(true), 1_000).offer(packet("stuck", false));
    }
    for (int i = 0; i < 50; i++) {
      Recorder healthy = new Recorder(false);
      outbox(healthy, 1_000).offer(packet("hello", false));
      await().until(() -> healthy.text().equals("hello"));
    }
  }

  @Test
  void closingSendsWhatIsQueuedAndTheLastWordThenDrops() {
    Recorder transport = new Recorder(true);
    Outbox outbox = outbox(transport, 1_000);
    outbox.offer(packet("a", false));
    outbox.offer(packet("b", false));
    outbox.closeAfter(List.of(packet("bye", false)));
    assertFalse(outbox.offer(packet("late", false)));
    transport.open.countDown();
    await().until(() -> transport.dropped);
    assertEquals("abbye", transport.text());
  }

  @Test
  void whatWaitsGoesToTheTransportThatTakesOver() {
    Recorder first = new Recorder(true);
    Recorder second = new Recorder(false);
    Outbox outbox = outbox(first, 1_000);
    outbox.offer(packet("a", false));
    await().until(() -> first.writes.get() == 1);
    outbox.offer(packet("b", false));
    assertTrue(outbox.switchTo(second));
    outbox.offer(packet("c", false));
    assertEquals("", second.text(), "the first write is not finished");
    first.open.countDown();
    await().until(() -> second.text().equals("bc"));
    assertEquals("a", first.text());
  }

  @Test
  void nothingIsWrittenUntilTheTransportCan() {
    Recorder transport = new Recorder(false);
    transport.writable = false;
    Outbox outbox = outbox(transport, 1_000);
    outbox.offer(packet("a", false));
    assertFalse(outbox.offerVolatile(packet("v", true)), "it could not be written now");
    transport.writable = true;
    outbox.resume();
    await().until(() -> transport.text().equals("a"));
    await().until(() -> outbox.offerVolatile(packet("w", true)));
    await().until(() -> transport.text().equals("aw"));
  }

  @Test
  void onePacketOverTheBoundPassesWhenNothingWaits() {
    Recorder transport = new Recorder(false);
    Outbox outbox = outbox(transport, 10);
    assertTrue(outbox.offer(packet("x".repeat(50), false)));
    await().until(() -> transport.text().length() == 50);
  }
}
