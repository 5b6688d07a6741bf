package parley.edge.user;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import parley.contract.UserId;

/// Where core said lately that feeds stand. Whoever is signing in is not here yet when core says
/// so, and the bus is not heard for it yet: this is what it would miss. Safe for any thread; never
/// blocks.
final class RecentHeads {

  /// Longer than a sign-in takes that has nothing to restore.
  private static final Duration KEPT = Duration.ofSeconds(5);

  /// Core tells 4,000 a second and node at most, and far fewer on any usual day.
  private static final int MOST = 100_000;

  private final Cache<UserId, Long> heads =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT.multipliedBy(2)).build();
  private final long settlingNanos;
  private volatile long doubtedNanos = System.nanoTime();

  /// @param settling so long after a stream to core broke, or the start, a node may be without one
  RecentHeads(Duration settling) {
    this.settlingNanos = settling.toNanos();
  }

  void told(UserId user, long number) {
    heads.asMap().merge(user, number, Math::max);
  }

  /// A node's heads may not have been told.
  void doubt() {
    doubtedNanos = System.nanoTime();
  }

  /// The newest number told of a user; 0 when none was.
  long of(UserId user) {
    Long number = heads.getIfPresent(user);
    return number == null ? 0 : number;
  }

  /// True when everything that core said since a moment is known here, and every node could say it.
  ///
  /// @param sinceNanos by {@link System#nanoTime}
  boolean completeSince(long sinceNanos) {
    long now = System.nanoTime();
    long doubted = doubtedNanos;
    return now - sinceNanos < KEPT.toNanos()
        && sinceNanos - doubted > 0
        && now - doubted >= settlingNanos
        && heads.estimatedSize() < MOST;
  }
}
