package parley.process;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Delays between attempts: each twice the one before, up to a longest, half of each at random so
/// that many who failed together do not come back together. Used by one thread at a time.
public final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private final long firstMillis;
  private final long longestMillis;
  private long nextMillis;

  /// From 50 ms to 3 s.
  public Backoff() {
    this(FIRST, LONGEST);
  }

  /// @param first delay; at least 2 ms
  /// @param longest delay; at least the first
  public Backoff(Duration first, Duration longest) {
    this.firstMillis = first.toMillis();
    this.longestMillis = longest.toMillis();
    if (firstMillis < 2 || longestMillis < firstMillis) {
      throw new IllegalArgumentException("delays from " + first + " to " + longest);
    }
    this.nextMillis = firstMillis;
  }

  /// An attempt failed.
  ///
  /// @return how long to wait before the next one
  public Duration next() {
    long half = nextMillis / 2;
    long millis = half + ThreadLocalRandom.current().nextLong(nextMillis - half + 1);
    nextMillis = Math.min(nextMillis * 2, longestMillis);
    return Duration.ofMillis(millis);
  }

  /// An attempt failed: waits before the next one.
  ///
  /// @return false when interrupted; the thread's interrupt stays set
  public boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(next().toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Tries until it succeeds, with these delays between.
  ///
  /// @param waiting runs when the first attempt failed
  public void until(BooleanSupplier attempt, Runnable waiting) throws InterruptedException {
    if (attempt.getAsBoolean()) {
      return;
    }
    waiting.run();
    do {
      TimeUnit.MILLISECONDS.sleep(next().toMillis());
    } while (!attempt.getAsBoolean());
  }

  /// An attempt succeeded: the next delay is the first again.
  public void reset() {
    nextMillis = firstMillis;
  }
}
