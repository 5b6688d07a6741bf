package parley.edge.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.HeldLocks;

@Timeout(30)
class PublishedKeysTest {

  private static final byte[] NONE = "{\"keys\":[]}".getBytes(US_ASCII);

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try {
      answer.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(200, NONE.length);
    exchange.getResponseBody().write(NONE);
    exchange.close();
  }

  @Test
  void oneFetchServesAllWhoWaitForItAndNobodyHoldsALockMeanwhile() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(any, 0);
    try (var handlers = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(handlers);
      server.createContext("/", this::answer);
      server.start();
      fetch(new PublishedKeys("http://127.0.0.1:" + server.getAddress().getPort()));
      assertEquals(1, asked.get());
    } finally {
      server.stop(0);
    }
  }

  private void fetch(PublishedKeys keys) throws InterruptedException {
    List<Thread> callers =
        IntStream.range(0, 5)
            .mapToObj(i -> Thread.ofPlatform().start(() -> keys.candidates("", "RS256")))
            .toList();
    try {
      await().until(() -> asked.get() == 1 && callers.stream().allMatch(PublishedKeysTest::waits));
      for (Thread caller : callers) {
        assertEquals(List.of(), HeldLocks.of(caller));
      }
    } finally {
      answer.countDown();
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }
}
