package parley.edge.recovery;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/// Which connections are saved again when: all that last, once in a period, spread over it, so that
/// what is kept of one does not expire under it, and what Redis lost of it comes back. For one
/// thread.
final class Renewals {

  private static final int MOST_AT_ONCE = 256;

  private final long periodNanos;
  private final Supplier<Collection<String>> lasting;
  private List<String> round = List.of();
  private long began;
  private int given;

  /// @param lasting the pids of now
  /// @param now {@link System#nanoTime}
  Renewals(Duration period, Supplier<Collection<String>> lasting, long now) {
    this.periodNanos = period.toNanos();
    this.lasting = lasting;
    this.began = now;
  }

  /// Those whose turn has come since the last call; some may have ended meanwhile.
  List<String> due(long now) {
    if (given >= round.size() && now - began >= periodNanos) {
      round = List.copyOf(lasting.get());
      given = 0;
      began = now;
    }
    double passed = Math.min(1, (double) (now - began) / periodNanos);
    int target = Math.min((int) Math.ceil(round.size() * passed), given + MOST_AT_ONCE);
    List<String> due = round.subList(given, target);
    given = target;
    return due;
  }
}
