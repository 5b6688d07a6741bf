package parley.edge.user;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.process.Worker;

/// Asks core where feeds stand: when a feed's time has come, together with the others whose time
/// has, and only a few questions at once, so that an edge full of people whose bus comes back does
/// not storm core.
final class FeedReader implements AutoCloseable {

  private static final int MOST_AT_ONCE = 4;
  private static final long GRID_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private record Due(UserFeed<?> feed, long atNanos) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return other instanceof Due due
          ? Long.signum(atNanos - due.atNanos)
          : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  private final FeedSource source;
  private final DelayQueue<Due> due = new DelayQueue<>();
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Worker worker = Worker.thread("user-feeds", this::turn);

  FeedReader(FeedSource source) {
    this.source = source;
  }

  void start() {
    worker.start();
  }

  /// Asks for a feed at some time. Never blocks.
  ///
  /// @param atNanos by {@link System#nanoTime}
  void ask(UserFeed<?> feed, long atNanos) {
    due.add(new Due(feed, atNanos));
  }

  /// When to ask for a feed that can wait, so that many are asked for together: within so many
  /// milliseconds from now, at a moment that others choose too.
  static long within(long millis) {
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random(millis));
    return at + GRID_NANOS - Math.floorMod(at, GRID_NANOS);
  }

  private static long random(long millis) {
    return ThreadLocalRandom.current().nextLong(millis + 1);
  }

  private void turn() throws InterruptedException {
    places.acquire(); // what becomes due meanwhile is asked for together
    boolean asked = false;
    try {
      asked = ask();
    } finally {
      if (!asked) {
        places.release();
      }
    }
  }

  /// @return false when nothing was asked, and no answer will come
  private boolean ask() throws InterruptedException {
    Map<UserId, UserFeed<?>> together = new HashMap<>();
    Map<UserId, Long> since = new HashMap<>();
    Due one = due.take();
    while (one != null) {
      Long from = together.containsKey(one.feed.user()) ? null : one.feed.asked();
      if (from != null) {
        together.put(one.feed.user(), one.feed);
        since.put(one.feed.user(), from);
      }
      one = since.size() < FeedSource.MOST ? due.poll() : null;
    }
    if (since.isEmpty()) {
      return false;
    }
    try {
      source.read(since, answer -> answered(together, since, answer));
    } catch (RuntimeException e) {
      together.values().forEach(UserFeed::notAnswered);
      throw e;
    }
    return true;
  }

  private void answered(
      Map<UserId, UserFeed<?>> together,
      Map<UserId, Long> since,
      @Nullable Map<UserId, parley.proto.relay.UserFeed> answer) {
    places.release();
    together.forEach(
        (user, feed) -> {
          parley.proto.relay.UserFeed read = answer == null ? null : answer.get(user);
          if (answer == null || (read != null && read.getNotRead())) {
            feed.notAnswered();
          } else {
            feed.answered(since.getOrDefault(user, 0L), read);
          }
        });
  }

  @Override
  public void close() {
    worker.close();
  }
}
