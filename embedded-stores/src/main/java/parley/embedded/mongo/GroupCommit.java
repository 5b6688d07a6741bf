package parley.embedded.mongo;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One thread that forces the journal to the disk for all writers that wait: what is begun after a
/// write was made contains it, so each writer waits for the end of the first that begins after its
/// call. While one runs, the next group gathers.
final class GroupCommit implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private final Journal journal;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Condition done = lock.newCondition();
  private final Thread committer = Thread.ofPlatform().name("store-commit").unstarted(this::run);
  private long asked;
  private long begun;
  private long finished;
  private boolean closed;
  private @Nullable Throwable failure;

  GroupCommit(Journal journal) {
    this.journal = journal;
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

  private void run() {
    while (begin()) {
      try {
        journal.force();
      } catch (RuntimeException | Error e) {
        fail(e);
        return;
      }
      end();
    }
  }

  private void fail(Throwable e) {
    LOG.log(System.Logger.Level.ERROR, "the disk refused a sync: no write is answered any more", e);
    lock.lock();
    try {
      failure = e;
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean begin() {
    lock.lock();
    try {
      while (asked == 0 && !closed) {
        wanted.await();
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
