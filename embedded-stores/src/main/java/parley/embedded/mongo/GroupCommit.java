package parley.embedded.mongo;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;

/// One thread that commits the store for all writers that wait: a commit begun after a write was
/// made contains it, so each writer waits for the end of the first commit that begins after its
/// call. While one commit runs, the next group gathers.
final class GroupCommit implements AutoCloseable {

  private static final long UNASKED_MILLIS = 500;

  private final MVStore store;
  private final boolean fsync;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Condition done = lock.newCondition();
  private final Thread committer = Thread.ofPlatform().name("store-commit").unstarted(this::run);
  private long asked;
  private long begun;
  private long finished;
  private boolean closed;

  GroupCommit(MVStore store, boolean fsync) {
    this.store = store;
    this.fsync = fsync;
    committer.start();
  }

  /// Blocks until everything written before this call is in the file.
  ///
  /// @throws IllegalStateException when the store closes first
  void await() {
    lock.lock();
    try {
      asked++;
      long mine = begun + 1;
      wanted.signal();
      while (finished < mine) {
        if (closed) {
          throw new IllegalStateException("store is closing");
        }
        done.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (begin()) {
      store.commit();
      if (fsync) {
        store.sync();
      }
      end();
    }
  }

  private boolean begin() {
    lock.lock();
    try {
      long nanos = UNASKED_MILLIS * 1_000_000;
      while (asked == 0 && !closed && nanos > 0) {
        nanos = wanted.awaitNanos(nanos);
      }
      asked = 0;
      begun++;
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      finished = begun;
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wanted.signal();
      done.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      committer.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
