package parley.embedded.mongo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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

  /// Whoever asks is to ask again, and is answered by what comes up then and reads the disk: what
  /// memory has does not count.
  @Test
  void aWriteThatTheDiskDidNotTakeIsNeitherDoneNorRefused(@TempDir Path folder) throws Exception {
    GroupCommit refusing =
        new GroupCommit(
            () -> {
              throw new IllegalStateException("said by a test");
            });
    try (Journal journal = Journal.open(folder);
        GroupCommit closed = refusing) {
      MongoServer server = new MongoServer(new IndexedBackend(journal, closed));
      server.bind("127.0.0.1", 0);
      String uri = "mongodb://127.0.0.1:" + server.getLocalAddress().getPort();
      try (MongoClient client = MongoClients.create(uri + "/?retryWrites=false")) {
        MongoCollection<Document> log = client.getDatabase("parley").getCollection("log");
        for (int attempt = 0; attempt < 2; attempt++) { // the second one collides in memory
          MongoException failure =
              assertThrows(MongoException.class, () -> log.insertOne(new Document("_id", "one")));
          assertEquals(91, failure.getCode(), "ShutdownInProgress");
        }
      } finally {
        server.shutdownNow();
      }
    }
  }

  @Test
  void closingLetsNobodyWaitForEver() {
    GroupCommit commits = new GroupCommit(() -> {});
    commits.close();
    assertThrows(IllegalStateException.class, commits::await);
  }
}
