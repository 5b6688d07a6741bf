package parley.embedded.mongo;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;

/// One thread that forces the journal to the disk for all writers that wait: what is begun after a
/// write was made contains it, so each writer waits for the end of the first that begins after its
/// call. While one runs, the next group gathers.
final class GroupCommit implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private static final Duration LAST_SYNC = Duration.ofSeconds(5);

  private final Runnable sync;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Condition done = lock.newCondition();
  private final Worker committer = Worker.platformThread("store-commit", this::turn);
  private long asked;
  private long begun;
  private long finished;
  private boolean closed;
  private @Nullable Throwable failure;

  /// @param sync forces to the disk what was written before its call; blocks
  GroupCommit(Runnable sync) {
    this.sync = sync;
    committer.start();
  }

  /// Blocks until everything written before this call is on the disk.
  ///
  /// @throws IllegalStateException when the store closes first, or the disk refused, now or before:
  ///     nobody can say then what it has
  void await() {
    lock.lock();
    try {
      asked++;
      long mine = begun + 1;
      wanted.signal();
      while (finished < mine) {
        if (failure != null) {
          throw new IllegalStateException("the disk refused a sync", failure);
        }
        if (closed) {
          throw new IllegalStateException("store is closing");
        }
        done.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// False when the disk refused a sync: nothing is answered any more.
  boolean serves() {
    lock.lock();
    try {
      return failure == null;
    } finally {
      lock.unlock();
    }
  }

  private void turn() throws InterruptedException {
    if (!begin()) {
      return; // closed
    }
    try {
      sync.run();
      end();
    } catch (RuntimeException e) {
      fail(e);
      committer.close(); // a second sync might succeed, and say nothing of what the first one lost
    } catch (Error e) {
      fail(e);
      throw e;
    }
  }

  private void fail(Throwable e) {
    LOG.log(
        System.Logger.Level.ERROR,
        "the disk refused a sync: no write is answered any more, " + UUID.randomUUID(),
        e);
    lock.lock();
    try {
      failure = e;
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean begin() throws InterruptedException {
    lock.lock();
    try {
      while (asked == 0 && !closed) {
        wanted.await();
      }
      asked = 0;
      begun++;
      return !closed;
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
    if (!committer.end(LAST_SYNC)) {
      LOG.log(System.Logger.Level.WARNING, "the last sync took longer than {0}", LAST_SYNC);
    }
  }
}
