package parley.edge.upstream;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.process.Backoff;

/// Which of several addresses is tried next, and when: one after the other without delay, and after
/// each round in vain a back-off of 50 ms to 3 s. For one thread.
final class Rotation {

  /// A connection that lived shorter is no success.
  private static final long LIVED_NANOS = Duration.ofSeconds(3).toNanos();

  private final Supplier<List<String>> addresses;
  private final Backoff backoff = new Backoff();
  private int next;
  private int failures;
  private long dueNanos;

  /// @param addresses are asked before each attempt; none = wait
  /// @param first where to begin, so that not everybody begins at the same
  Rotation(Supplier<List<String>> addresses, int first, long nowNanos) {
    this.addresses = addresses;
    this.next = first;
    this.dueNanos = nowNanos;
  }

  /// What to try now.
  ///
  /// @return null: nothing yet
  @Nullable String next(long nowNanos) {
    if (nowNanos - dueNanos < 0) {
      return null;
    }
    List<String> known = addresses.get();
    if (known.isEmpty()) {
      dueNanos = nowNanos + backoff.next().toNanos();
      return null;
    }
    String address = known.get(Math.floorMod(next++, known.size()));
    boolean roundEnds = ++failures % known.size() == 0;
    // Counts as failed until it is known to have lived.
    dueNanos = roundEnds ? nowNanos + backoff.next().toNanos() : nowNanos;
    return address;
  }

  /// A connection ended.
  ///
  /// @param livedNanos 0 = it never began
  void ended(long nowNanos, long livedNanos) {
    if (livedNanos > LIVED_NANOS) {
      backoff.reset();
      failures = 0;
      dueNanos = nowNanos;
    }
  }
}
