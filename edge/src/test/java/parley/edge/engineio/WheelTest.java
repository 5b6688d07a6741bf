package parley.edge.engineio;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A round of this wheel takes more than a minute: what was put into a slot just turned would come
/// too late for these tests.
@Timeout(60)
class WheelTest {

  private final Wheel wheel = new Wheel(100);

  @AfterEach
  void stop() {
    wheel.close();
  }

  @Test
  void timersPutInWhileItTurnsAllComeInThisRound() throws InterruptedException {
    Wheel quick = new Wheel(1);
    AtomicInteger came = new AtomicInteger();
    List<Thread> adding = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      adding.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 20_000; n++) {
                      long nanos = ThreadLocalRandom.current().nextLong(2_000_000);
                      quick.once(nanos, came::incrementAndGet);
                    }
                  }));
    }
    for (Thread thread : adding) {
      thread.join();
    }
    await().until(() -> came.get() == 160_000);
    quick.close();
  }

  @Test
  void aTimerComesNoSoonerThanItsTimeAndAgainIfItSaysSo() {
    long start = System.nanoTime();
    List<Long> times = new ArrayList<>();
    wheel.after(
        TimeUnit.MILLISECONDS.toNanos(250),
        now -> {
          synchronized (times) {
            times.add(now - start);
            return times.size() < 3 ? TimeUnit.MILLISECONDS.toNanos(10) : -1;
          }
        });
    await()
        .until(
            () -> {
              synchronized (times) {
                return times.size() == 3;
              }
            });
    assertTrue(times.getFirst() >= TimeUnit.MILLISECONDS.toNanos(250), times::toString);
  }

  @Test
  void aTimerThatThrowsHurtsNoOther() {
    AtomicInteger came = new AtomicInteger();
    wheel.once(
        0,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    wheel.once(0, came::incrementAndGet);
    wheel.once(TimeUnit.MILLISECONDS.toNanos(200), came::incrementAndGet);
    await().until(() -> came.get() == 2);
  }

  @Test
  void whatIsCancelledDoesNotRun() {
    AtomicInteger came = new AtomicInteger();
    wheel.once(0, () -> came.addAndGet(10)).cancel();
    wheel.once(TimeUnit.MILLISECONDS.toNanos(200), came::incrementAndGet);
    await().until(() -> came.get() > 0);
    assertEquals(1, came.get());
  }
}
