package parley.fanout.redis;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Delays between attempts: 50 ms doubling to 3 s, half of it at random so that nodes spread out.
final class Backoff {

  private static final long MOST_MILLIS = 3_000;

  private long next = 50;

  /// Waits the next delay.
  ///
  /// @return false when interrupted
  boolean pause() {
    long millis = next / 2 + ThreadLocalRandom.current().nextLong(next / 2 + 1);
    next = Math.min(next * 2, MOST_MILLIS);
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// An attempt succeeded.
  void reset() {
    next = 50;
  }
}
