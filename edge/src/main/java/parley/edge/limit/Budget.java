package parley.edge.limit;

import java.util.concurrent.TimeUnit;

/// What is left here of one user's budget. One thread asks for more at a time; the others wait for
/// it without a lock. Safe for any thread.
final class Budget {

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /// What became of a wish for one event.
  enum Answer {
    TAKEN,
    SPENT,
    /// The caller has to ask for more, and say what came of it.
    ASK,
    /// Somebody is asking.
    WAIT
  }

  private final boolean failOpen;
  // Guarded by this. Times are nanoTime.
  private int left;
  private boolean spent;
  private boolean known; // until `ends`
  private long ends;
  private boolean asking;

  Budget(LimitConfig config) {
    this.failOpen = config.failOpen();
  }

  synchronized Answer take(long now) {
    boolean current = known && now - ends < 0;
    if (current && left > 0) {
      left--;
      return Answer.TAKEN;
    }
    if (current && spent) {
      return Answer.SPENT;
    }
    if (asking) {
      return Answer.WAIT;
    }
    asking = true;
    return Answer.ASK;
  }

  /// Waits while somebody asks.
  synchronized void await() {
    boolean interrupted = false;
    while (asking) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // whoever asks is answered soon
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// More was leased, of which whoever asked gets one, or nothing.
  ///
  /// @param asked when it was asked for
  /// @return false when it was nothing
  boolean granted(Leases.Lease lease, long asked) {
    boolean some = lease.events() > 0;
    return answered(
        some, lease.events() - 1, asked + TimeUnit.MILLISECONDS.toNanos(lease.leftMillis()));
  }

  /// The count cannot be asked for; it is tried again after a while.
  ///
  /// @param whole budget
  /// @return false when nothing may pass meanwhile
  boolean unknown(int whole, long now) {
    return answered(failOpen, whole - 1, now + PAUSE_NANOS);
  }

  private synchronized boolean answered(boolean some, int more, long until) {
    left = some ? more : 0;
    spent = !some;
    ends = until;
    known = true;
    asking = false;
    notifyAll();
    return some;
  }
}
