package parley.relay;

import io.grpc.stub.CallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The only writer of one gRPC stream. Whoever has something to say enqueues it and returns at
/// once; a virtual thread joins what is waiting into one frame whenever the stream is ready, so
/// that frames grow under load. Items leave in the order in which they were offered.
///
/// The queue is bounded: a full one refuses (see {@link #offer}), the caller decides what that
/// means.
/// @param <T> what is enqueued
/// @param <F> the frame that several of them become
public final class FrameWriter<T, F> implements AutoCloseable {

  private static final int MOST_IN_A_FRAME = 256;

  private final CallStreamObserver<F> stream;
  private final Function<List<T>, F> join;
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<T> queue = new ArrayDeque<>();
  private final Thread writer;
  private boolean closed;

  /// @param name of the writer's thread
  /// @param capacity items that may wait
  /// @param join makes one frame of one to 256 items
  public FrameWriter(
      String name, CallStreamObserver<F> stream, int capacity, Function<List<T>, F> join) {
    this.stream = stream;
    this.capacity = capacity;
    this.join = join;
    this.writer = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /// Begins to write. Call once, after {@link #ready} has been installed as the stream's
  /// on-ready handler.
  public void start() {
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
    return offer(item, capacity);
  }

  /// Enqueues something that may be left out, so that it does not take all places.
  ///
  /// @param places that may be taken already; at most the capacity
  /// @return false when more are, or the writer is closed: the item will not be sent
  public boolean offer(T item, int places) {
    lock.lock();
    try {
      if (closed || queue.size() >= Math.min(places, capacity)) {
        return false;
      }
      queue.add(item);
      if (queue.size() == 1) {
        changed.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Stops writing; what is queued is dropped. The stream itself is the caller's to end.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// True from {@link #close} on, or when the stream refused what was written.
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    List<T> batch = new ArrayList<>();
    while (take(batch)) {
      try {
        stream.onNext(join.apply(List.copyOf(batch)));
      } catch (RuntimeException e) {
        close(); // the stream is over: its observer hears of it by itself
        return;
      }
      batch.clear();
    }
  }

  private boolean take(List<T> batch) {
    lock.lock();
    try {
      while (!closed && (queue.isEmpty() || !stream.isReady())) {
        changed.awaitUninterruptibly();
      }
      while (!queue.isEmpty() && batch.size() < MOST_IN_A_FRAME) {
        batch.add(queue.remove());
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }
}
