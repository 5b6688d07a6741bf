package parley.process;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkerTest {

  @Test
  void anExceptionDoesNotEndIt() {
    AtomicInteger turns = new AtomicInteger();
    try (Worker worker =
        Worker.thread(
                "failing",
                () -> {
                  if (turns.incrementAndGet() < 3) {
                    throw new IllegalStateException("unexpected");
                  }
                  new CountDownLatch(1).await();
                })
            .start()) {
      await().until(() -> turns.get() == 3);
      assertTrue(worker.alive());
    }
  }

  @Test
  void periodicWorkGoesOnAfterAnException() {
    AtomicInteger turns = new AtomicInteger();
    try (Worker worker =
        Worker.every(
                "periodic",
                Duration.ofMillis(1),
                () -> {
                  turns.incrementAndGet();
                  throw new IllegalStateException("unexpected");
                })
            .start()) {
      await().until(() -> turns.get() > 2);
      assertTrue(worker.alive());
    }
  }

  @Test
  void anErrorEndsTheProcess() {
    AtomicReference<Throwable> fatal = new AtomicReference<>();
    OutOfMemoryError error = new OutOfMemoryError("said by a test");
    Worker worker =
        new Worker(
                "erring",
                Duration.ZERO,
                () -> {
                  throw error;
                },
                Thread.ofVirtual(),
                fatal::set)
            .start();
    await().until(() -> fatal.get() == error && !worker.alive());
  }

  @Test
  void closingInterruptsATurnAndIsNotLoggedAsAFault() throws InterruptedException {
    CountDownLatch within = new CountDownLatch(1);
    Worker worker =
        Worker.thread(
                "waiting",
                () -> {
                  within.countDown();
                  new CountDownLatch(1).await();
                })
            .start();
    within.await();
    worker.close();
    assertFalse(worker.alive());
    assertTrue(worker.end(Duration.ofSeconds(10)));
  }

  @Test
  void endingLetsThePresentTurnFinish() throws InterruptedException {
    CountDownLatch within = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger finished = new AtomicInteger();
    Worker worker =
        Worker.thread(
                "finishing",
                () -> {
                  within.countDown();
                  go.await();
                  finished.incrementAndGet();
                })
            .start();
    within.await();
    Thread ender = Thread.ofVirtual().start(() -> worker.end(Duration.ofSeconds(10)));
    await().until(() -> !worker.alive());
    go.countDown();
    ender.join();
    assertEquals(1, finished.get());
  }

  @Test
  void aTurnThatTakesLongerThanItMayIsStuck() {
    try (Worker worker =
        Worker.thread("stuck", () -> new CountDownLatch(1).await())
            .within(Duration.ofMillis(1))
            .start()) {
      await().until(() -> !worker.alive());
      assertTrue(Worker.failing().contains("stuck"));
    }
    assertFalse(Worker.failing().contains("stuck"));
  }

  @Test
  void aTurnMayBeTheLastOneAndNobodyMissesIt() {
    AtomicInteger turns = new AtomicInteger();
    AtomicReference<Worker> itself = new AtomicReference<>();
    Worker worker =
        Worker.thread(
            "last",
            () -> {
              turns.incrementAndGet();
              itself.get().close();
            });
    itself.set(worker);
    worker.start();
    await().until(() -> worker.end(Duration.ofSeconds(1)));
    assertEquals(1, turns.get());
    assertFalse(Worker.failing().contains("last"));
  }

  @Test
  void whoIsClosedBeforeTheStartLeavesNothingBehind() {
    AtomicInteger turns = new AtomicInteger();
    int before = Worker.expected();
    Worker worker = Worker.thread("late", turns::incrementAndGet);
    worker.close();
    worker.start();
    await().until(() -> Worker.expected() == before);
    assertEquals(0, turns.get());
  }

  @Test
  void whoIsInterruptedButNotClosedIsMissed() {
    try (Worker worker =
        Worker.thread("interrupted", () -> Thread.currentThread().interrupt()).start()) {
      await().until(() -> Worker.failing().contains("interrupted"));
      assertFalse(worker.alive());
    }
    assertFalse(Worker.failing().contains("interrupted"));
  }
}
