package parley.fanout;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GuardedListenerTest {

  private static final class Slow implements TopicListener {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void event(byte[] payload) {
      calls.add("event begins");
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      calls.add("event ends");
    }

    @Override
    public void begun(long epoch) {}

    @Override
    public void broken() {
      calls.add("broken");
    }
  }

  /// Its topic moves to another master while the former one's connection is reading.
  @Test
  void twoThreadsAreHeardOneAfterTheOther() throws Exception {
    Slow slow = new Slow();
    GuardedListener listener = new GuardedListener("topic", slow);
    Thread reader = Thread.ofPlatform().daemon().start(() -> listener.event(new byte[0]));
    await().until(() -> slow.calls.size() == 1);
    Thread map = Thread.ofPlatform().daemon().start(listener::broken);
    await().until(() -> map.getState() == Thread.State.BLOCKED || !map.isAlive());
    slow.released.countDown();
    reader.join();
    map.join();
    assertEquals(List.of("event begins", "event ends", "broken"), slow.calls);
  }
}
