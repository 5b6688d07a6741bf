package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
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
  private static final class Recorder implements Transport {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    final AtomicInteger writes = new AtomicInteger();
    final CountDownLatch open;
    volatile boolean dropped;

    Recorder(boolean stuck) {
      open = new CountDownLatch(stuck ? 1 : 0);
    }

    @Override
    public void write(byte[] frames) {
      writes.incrementAndGet();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      synchronized (written) {
        written.writeBytes(frames);
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
    return new Packet(text.getBytes(US_ASCII), droppable);
  }

  @Test
  void keepsTheOrderAndJoinsWhatWaits() {
    Recorder transport = new Recorder(true);
    Outbox outbox = new Outbox(transport, drainers, 1_000_000, () -> {});
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

  @Test
  void shedsDroppablePacketsFirstAndThenDropsTheTransport() {
    Recorder transport = new Recorder(true);
    AtomicInteger overflows = new AtomicInteger();
    Outbox outbox = new Outbox(transport, drainers, 100, overflows::incrementAndGet);
    assertTrue(outbox.offer(packet("first", false)));
    await().until(() -> transport.writes.get() == 1);
    assertTrue(outbox.offer(packet("t".repeat(40), true)), "below the half");
    assertTrue(outbox.offer(packet("m".repeat(40), false)));
    assertFalse(outbox.offer(packet("t", true)), "above the half");
    assertTrue(outbox.offer(packet("M".repeat(40), false)), "the waiting typing event made room");
    assertEquals(80, outbox.bytes());
    assertFalse(outbox.offer(packet("x".repeat(30), false)));
    assertEquals(1, overflows.get());
    assertFalse(outbox.offer(packet("x", false)), "it is over");
  }

  @Test
  void clientsThatDoNotReadHoldUpNobody() {
    for (int i = 0; i < 50; i++) {
      new Outbox(new Recorder(true), drainers, 1_000, () -> {}).offer(packet("stuck", false));
    }
    for (int i = 0; i < 50; i++) {
      Recorder healthy = new Recorder(false);
      new Outbox(healthy, drainers, 1_000, () -> {}).offer(packet("hello", false));
      await().until(() -> healthy.text().equals("hello"));
    }
  }

  @Test
  void closingSendsWhatIsQueuedAndTheLastWordThenDrops() {
    Recorder transport = new Recorder(true);
    Outbox outbox = new Outbox(transport, drainers, 1_000, () -> {});
    outbox.offer(packet("a", false));
    outbox.offer(packet("b", false));
    outbox.closeAfter(packet("bye", false));
    assertFalse(outbox.offer(packet("late", false)));
    transport.open.countDown();
    await().until(() -> transport.dropped);
    assertEquals("abbye", transport.text());
  }
}
