package parley.embedded.mongo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.process.Worker;

@Timeout(20)
class GroupCommitTest {

  @Test
  void whoeverWaitsIsAnsweredByASyncThatBeganAfterTheCall() throws Exception {
    AtomicInteger syncs = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (GroupCommit commits =
        new GroupCommit(
            () -> {
              if (syncs.incrementAndGet() == 1) {
                first.countDown();
                awaitUninterruptibly(go);
              }
            })) {
      AtomicInteger answered = new AtomicInteger();
      Runnable write =
          () -> {
            commits.await();
            answered.incrementAndGet();
          };
      Thread before = Thread.ofVirtual().start(write);
      first.await();
      Thread during = Thread.ofVirtual().start(write);
      Thread too = Thread.ofVirtual().start(write);
      await().until(() -> during.getState() == Thread.State.WAITING);
      await().until(() -> too.getState() == Thread.State.WAITING);
      assertEquals(0, answered.get());
      go.countDown();
      for (Thread thread : new Thread[] {before, during, too}) {
        thread.join();
      }
      assertEquals(3, answered.get());
      assertEquals(2, syncs.get(), "the two that waited share one");
      assertTrue(commits.serves());
    }
    assertFalse(Worker.failing().contains("store-commit"));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDiskThatRefusedOnceIsNotAskedAgainAndNobodyIsAnswered() {
    AtomicInteger syncs = new AtomicInteger();
    try (GroupCommit commits =
        new GroupCommit(
            () -> {
              if (syncs.incrementAndGet() == 2) {
                throw new IllegalStateException("said by a test");
              }
            })) {
      commits.await();
      assertThrows(IllegalStateException.class, commits::await);
      assertThrows(IllegalStateException.class, commits::await);
      assertEquals(2, syncs.get());
      assertFalse(commits.serves());
    }
    assertFalse(Worker.failing().contains("store-commit"));
  }

  @Test
  void closingLetsNobodyWaitForEver() {
    GroupCommit commits = new GroupCommit(() -> {});
    commits.close();
    assertThrows(IllegalStateException.class, commits::await);
  }
}
