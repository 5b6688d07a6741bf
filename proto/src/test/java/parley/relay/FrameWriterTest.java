package parley.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.stub.CallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.process.Worker;

/// What leaves on a stream, and what may wait to leave. An item is a number: its size in bytes.
@Timeout(30)
class FrameWriterTest {

  private static final FrameWriter.Bounds MANY = new FrameWriter.Bounds(10_000, 1L << 40);

  private final Wire wire = new Wire();
  private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();

  private FrameWriter<Integer, List<Integer>> writer(FrameWriter.Bounds bounds) {
    return new FrameWriter<>(
        "test",
        wire,
        new FrameWriter.Framing<>(
            item -> item,
            items -> {
              if (items.contains(666)) {
                throw new IllegalStateException("no frame can be made of it");
              }
              return items;
            }),
        bounds,
        failures::add);
  }

  private List<Integer> next() throws InterruptedException {
    return wire.frames.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void whatWaitsIsJoinedInItsOrder() throws Exception {
    try (var writer = writer(MANY)) {
      writer.start();
      for (int i = 1; i <= 300; i++) {
        assertTrue(writer.offer(i));
      }
      wire.ready(writer, true);
      assertEquals(256, next().size());
      assertEquals(List.of(257, 258), next().subList(0, 2));
    }
  }

  @Test
  void aFrameEndsAtAMebibyte() throws Exception {
    try (var writer = writer(MANY)) {
      writer.start();
      for (int i = 0; i < 250; i++) {
        assertTrue(writer.offer(87_000));
      }
      wire.ready(writer, true);
      for (int left = 250; left > 0; ) {
        List<Integer> frame = next();
        assertTrue(frame.size() * 87_000 <= 1 << 20, () -> frame.size() + " items");
        left -= frame.size();
      }
    }
  }

  @Test
  void aLargeItemTravelsAlone() throws Exception {
    try (var writer = writer(MANY)) {
      writer.start();
      List.of(1, 5_000_000, 2).forEach(writer::offer);
      wire.ready(writer, true);
      assertEquals(List.of(1), next());
      assertEquals(List.of(5_000_000), next());
      assertEquals(List.of(2), next());
    }
  }

  @Test
  void aQueueIsFullByItemsOrByBytes() {
    try (var writer = writer(new FrameWriter.Bounds(3, 1_000))) {
      assertTrue(writer.offer(5_000), "one may wait, however large it is");
      assertFalse(writer.offer(1));
    }
    try (var writer = writer(new FrameWriter.Bounds(3, 1_000))) {
      assertTrue(writer.offer(1));
      assertFalse(writer.offer(1, new FrameWriter.Bounds(1, 1_000)), "it may be left out");
      assertTrue(writer.offer(999));
      assertFalse(writer.offer(1));
      assertFalse(writer.offer(1, MANY), "not beyond the queue's own bounds");
    }
    try (var writer = writer(new FrameWriter.Bounds(3, 1_000))) {
      assertTrue(writer.offer(1) && writer.offer(1) && writer.offer(1));
      assertFalse(writer.offer(1));
    }
  }

  @Test
  void whatHasLeftGivesItsPlaceBack() throws Exception {
    try (var writer = writer(new FrameWriter.Bounds(2, 1_000))) {
      writer.start();
      wire.ready(writer, true);
      for (int i = 0; i < 10; i++) {
        assertTrue(writer.offer(900));
        assertEquals(List.of(900), next());
      }
    }
  }

  @Test
  void aGreetingComesFirstAndOnlyWhenTheStreamTakesIt() throws Exception {
    try (var writer = writer(MANY)) {
      assertTrue(writer.offer(3));
      writer.start(List.of(List.of(1), List.of(2)).iterator());
      wire.ready(writer, true);
      assertEquals(List.of(1), next());
      assertEquals(List.of(2), next());
      assertEquals(List.of(3), next());
    }
  }

  @Test
  void aStreamWithNothingToSaySaysSo() throws Exception {
    try (var writer = writer(MANY).signs(Duration.ofMillis(20), List.of(0))) {
      writer.start();
      wire.ready(writer, true);
      assertEquals(List.of(0), next(), "at once");
      assertEquals(List.of(0), next(), "and again and again");
      assertEquals(List.of(0), next());
      writer.offer(7);
      while (!next().equals(List.of(7))) {
        // signs that were on their way
      }
    }
  }

  @Test
  void aFrameThatCannotBeMadeEndsTheStream() throws Exception {
    try (var writer = writer(MANY)) {
      writer.start();
      wire.ready(writer, true);
      writer.offer(666);
      assertEquals("no frame can be made of it", failures.poll(10, TimeUnit.SECONDS).getMessage());
      assertTrue(writer.isClosed());
      assertFalse(writer.offer(1));
    }
  }

  @Test
  void aStreamThatRefusesAFrameIsSaidToHaveFailed() throws Exception {
    try (var writer = writer(MANY)) {
      wire.over = true;
      writer.start();
      wire.ready(writer, true);
      writer.offer(1);
      assertEquals("over", failures.poll(10, TimeUnit.SECONDS).getMessage());
    }
  }

  @Test
  void aStreamThatIsOverLeavesNoThreadThatAnybodyMisses() throws Exception {
    var closed = writer(MANY);
    closed.start();
    closed.close();
    var early = writer(MANY);
    early.close();
    early.start();
    var failing = writer(MANY);
    failing.start();
    wire.ready(failing, true);
    failing.offer(666);
    assertNotNull(failures.poll(10, TimeUnit.SECONDS));
    for (var writer : List.of(closed, early, failing)) {
      await().until(() -> !writer.isWriting());
    }
    assertFalse(Worker.failing().contains("test"));
  }

  @Test
  void aListenerThatFailsLeavesNothingHalfDone() {
    var writer =
        new FrameWriter<Integer, List<Integer>>(
            "test",
            wire,
            new FrameWriter.Framing<>(item -> item, items -> items),
            MANY,
            failure -> {
              throw new IllegalStateException("said by a test");
            });
    wire.over = true;
    writer.start();
    wire.ready(writer, true);
    writer.offer(1);
    await().until(() -> writer.isClosed() && !writer.isWriting());
    assertFalse(Worker.failing().contains("test"));
  }

  /// Keeps what is written.
  private static final class Wire extends CallStreamObserver<List<Integer>> {
    final BlockingQueue<List<Integer>> frames = new LinkedBlockingQueue<>();
    private volatile boolean ready;
    volatile boolean over;

    void ready(FrameWriter<?, ?> writer, boolean now) {
      ready = now;
      writer.ready();
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onNext(List<Integer> frame) {
      if (over) {
        throw new IllegalStateException("over");
      }
      frames.add(frame);
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }
}
