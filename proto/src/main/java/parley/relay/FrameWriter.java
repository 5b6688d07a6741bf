package parley.relay;

import io.grpc.stub.CallStreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;

/// The only writer of one gRPC stream. Whoever has something to say enqueues it and returns at
/// once; a virtual thread, one {@link Worker} a stream, joins what is waiting into one frame
/// whenever the stream is ready, so that frames grow under load. Items leave in the order in which
/// they were offered.
///
/// The queue is bounded, in items and in bytes: a full one refuses (see {@link #offer}), the caller
/// decides what that means. A frame has at most 256 items and ends at 1 MiB: only a single item can
/// make it larger. Receivers take 8 MiB.
/// @param <T> what is enqueued
/// @param <F> the frame that several of them become
public final class FrameWriter<T, F> implements AutoCloseable {

  /// Where a frame ends, in bytes.
  public static final int FRAME_BYTES = 1 << 20;

  private static final System.Logger LOG = System.getLogger(FrameWriter.class.getName());
  private static final int FRAME_ITEMS = 256;

  /// What may wait.
  ///
  /// @param items at most
  /// @param bytes at most, but one item may wait however large it is
  public record Bounds(int items, long bytes) {}

  /// How items become frames.
  ///
  /// @param bytes the size of an item, about; called by whoever offers it
  /// @param join makes one frame of one to 256 items; called by the writer's thread
  public record Framing<T, F>(ToIntFunction<T> bytes, Function<List<T>, F> join) {}

  private record Waiting<T>(T item, int bytes) {}

  private final CallStreamObserver<F> stream;
  private final Framing<T, F> framing;
  private final Bounds bounds;
  private final Consumer<RuntimeException> failed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Waiting<T>> queue = new ArrayDeque<>();
  private final Worker writer;
  private Iterator<F> greeting = Collections.emptyIterator(); // the writer's, once it runs
  private @Nullable F sign;
  private @Nullable Worker signs;
  private boolean quiet; // nothing left since the last look
  private boolean signDue;
  private long queuedBytes;
  private boolean closed;

  /// @param name of the writer's thread
  /// @param failed hears once, by the writer's thread, that the stream cannot be written any more:
  ///     because it is over, or because a frame could not be made. Has to end the stream
  public FrameWriter(
      String name,
      CallStreamObserver<F> stream,
      Framing<T, F> framing,
      Bounds bounds,
      Consumer<RuntimeException> failed) {
    this.stream = stream;
    this.framing = framing;
    this.bounds = bounds;
    this.failed = failed;
    this.writer = Worker.thread(name, this::writeAll);
  }

  /// Gives a sign of life: at once, and whenever nothing else left for a while. Call before the
  /// start.
  ///
  /// @param after at the latest
  public FrameWriter<T, F> signs(Duration after, F frame) {
    sign = frame;
    signs = Worker.thread(writer.name() + "-signs", () -> look(after.toNanos() / 2));
    return this;
  }

  /// The writer itself waits without a limit: a timer for each frame would cost as much as the
  /// frame.
  private void look(long everyNanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(everyNanos);
    lock.lock();
    try {
      if (quiet) {
        signDue = true;
        changed.signalAll();
      }
      quiet = true;
    } finally {
      lock.unlock();
    }
  }

  /// Begins to write. Call once, after {@link #ready} has been installed as the stream's on-ready
  /// handler.
  public void start() {
    start(Collections.emptyIterator());
  }

  /// Begins to write, with these frames before everything that was or will be offered. Each is made
  /// when the stream can take it, by the writer's thread.
  public void start(Iterator<F> first) {
    greeting = first;
    if (signs != null) {
      signs.start();
    }
    writer.start();
  }

  /// Tells the writer that the stream may have become ready. Never blocks; for gRPC's threads.
  public void ready() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Enqueues `item`. Never blocks.
  ///
  /// @return false when the queue is full or the writer closed: the item will not be sent
  public boolean offer(T item) {
    return offer(item, bounds);
  }

  /// Enqueues something that may be left out, so that it does not take all places.
  ///
  /// @param within what may wait already; bounds above the queue's own have no effect
  /// @return false when more does, or the writer is closed: the item will not be sent
  public boolean offer(T item, Bounds within) {
    int bytes = framing.bytes().applyAsInt(item);
    lock.lock();
    try {
      if (closed || isFull(bounds, bytes) || isFull(within, bytes)) {
        return false;
      }
      queue.add(new Waiting<>(item, bytes));
      queuedBytes += bytes;
      if (queue.size() == 1) {
        changed.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(Bounds most, int bytes) {
    return queue.size() >= most.items() || (!queue.isEmpty() && queuedBytes + bytes > most.bytes());
  }

  /// Stops writing; what is queued is dropped. The stream itself is the caller's to end.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      queuedBytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// True from {@link #close} on, or when the stream could not be written.
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Does its thread live? For tests.
  boolean isWriting() {
    return writer.alive();
  }

  /// The only turn: its end is the stream's.
  private void writeAll() {
    try {
      write();
    } catch (RuntimeException e) {
      failed(e);
    } finally {
      if (signs != null) {
        signs.close();
      }
      writer.close();
    }
  }

  /// Who is closed meanwhile knows already.
  private void failed(RuntimeException e) {
    if (!isClosed()) {
      LOG.log(
          System.Logger.Level.ERROR,
          writer.name() + ": nothing can be written any more, " + UUID.randomUUID(),
          e);
      close();
    }
    try {
      failed.accept(e);
    } catch (RuntimeException second) {
      LOG.log(System.Logger.Level.ERROR, "a stream did not end, " + UUID.randomUUID(), second);
    }
  }

  private void write() {
    F alive = sign;
    if (alive != null && awaitReady()) {
      stream.onNext(alive);
    }
    while (awaitReady() && greeting.hasNext()) {
      stream.onNext(greeting.next());
    }
    greeting = Collections.emptyIterator(); // it may hold much
    for (F frame = next(); frame != null; frame = next()) {
      stream.onNext(frame);
    }
  }

  /// @return false when closed
  private boolean awaitReady() {
    lock.lock();
    try {
      while (!closed && !stream.isReady()) {
        changed.awaitUninterruptibly();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /// The next frame, when the stream is ready for one; null when closed.
  @SuppressWarnings("ThreadPriorityCheck")
  private @Nullable F next() {
    List<T> items;
    Thread.yield(); // whoever is about to say more does so first
    lock.lock();
    try {
      while (!closed && (!stream.isReady() || queue.isEmpty() && !signDue)) {
        changed.awaitUninterruptibly();
        if (!queue.isEmpty() && stream.isReady()) {
          lock.unlock();
          Thread.yield();
          lock.lock();
        }
      }
      if (closed) {
        return null;
      }
      quiet = false;
      signDue = false;
      if (queue.isEmpty()) {
        return sign;
      }
      items = take();
    } finally {
      lock.unlock();
    }
    return framing.join().apply(items);
  }

  private List<T> take() {
    List<T> items = new ArrayList<>();
    long bytes = 0;
    while (!queue.isEmpty()
        && items.size() < FRAME_ITEMS
        && (items.isEmpty() || bytes + queue.element().bytes() <= FRAME_BYTES)) {
      Waiting<T> next = queue.remove();
      bytes += next.bytes();
      items.add(next.item());
    }
    queuedBytes -= bytes;
    return items;
  }
}
