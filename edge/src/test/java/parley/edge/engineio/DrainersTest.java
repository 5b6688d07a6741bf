package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.process.Worker;

/// The threads themselves; what they write is {@link OutboxTest}'s.
@Timeout(30)
class DrainersTest {

  /// Does with each write what the test says.
  private record Wire(Runnable write, Runnable dropped) implements Transport {

    @Override
    public @Nullable Writing claim() {
      return packets -> write.run();
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public int mostPackets() {
      return 1;
    }

    @Override
    public int mostBytes() {
      return 1_000;
    }

    @Override
    public void drop() {
      dropped.run();
    }
  }

  private static final Outbox.Owner NOBODY =
      new Outbox.Owner() {
        @Override
        public void overflowed() {}

        @Override
        public void failed() {}

        @Override
        public void finished() {}
      };

  private static void offer(Drainers drainers, Wire wire) {
    Outbox outbox = new Outbox(wire, drainers, 1_000, NOBODY);
    outbox.offer(Packet.of(new byte[0], 0, false).as("x".getBytes(US_ASCII)));
  }

  private static Runnable failing(AtomicInteger times) {
    return () -> {
      times.incrementAndGet();
      throw new IllegalStateException("said by a test");
    };
  }

  @Test
  void aDrainerSurvivesAClientThatCannotEvenBeDropped() {
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    try (Drainers drainers = new Drainers(1)) {
      for (int i = 0; i < 3; i++) {
        offer(drainers, new Wire(failing(failures), failing(new AtomicInteger())));
      }
      offer(drainers, new Wire(written::incrementAndGet, () -> {}));
      await().until(() -> written.get() == 1);
      await().until(() -> failures.get() == 3);
      assertFalse(Worker.failing().contains("drainer"));
    }
  }

  private static Runnable stuck(CountDownLatch open) {
    return () -> {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  @Test
  void clientsThatDoNotReadHoldUpNobodyAndEachCostsOneDrainer() {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger written = new AtomicInteger();
    try (Drainers drainers = new Drainers(2)) {
      for (int i = 0; i < 100; i++) {
        offer(drainers, new Wire(stuck(open), () -> {}));
      }
      for (int i = 0; i < 1_000; i++) {
        offer(drainers, new Wire(written::incrementAndGet, () -> {}));
      }
      await().until(() -> written.get() == 1_000);
      assertTrue(drainers.active() <= 102, drainers.active() + " drainers");
      open.countDown();
    }
  }

  @Test
  void drainersThatAreNotNeededAnyMoreEndAndNobodyMissesThem() {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger written = new AtomicInteger();
    Drainers drainers = new Drainers(2);
    try (drainers) {
      for (int i = 0; i < 20; i++) {
        offer(
            drainers,
            new Wire(
                () -> {
                  stuck(open).run();
                  written.incrementAndGet();
                },
                () -> {}));
      }
      await().until(() -> drainers.active() > 2);
      open.countDown();
      await().until(() -> written.get() == 20);
      await()
          .until(
              () -> { // who waits for work finds out when some comes
                offer(drainers, new Wire(() -> {}, () -> {}));
                return drainers.active() == 2;
              });
      assertFalse(Worker.failing().contains("drainer"));
    }
    assertFalse(Worker.failing().contains("drainer"));
  }
}
