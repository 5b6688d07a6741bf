package parley.core.log;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import parley.contract.MessageId;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;

/// Removes what is older than the age to keep: only a prefix of a room's log, never its last entry,
/// never what is not projected yet, and the room's floor is raised before anything goes. Several
/// nodes may do it at once.
public final class Retention implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  private final LogStore store;
  private final Rooms rooms;
  private final Duration keep;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("retention").factory());

  /// @param keep the age of what is removed; zero = nothing ever is
  public Retention(LogStore store, Rooms rooms, Duration keep) {
    this.store = store;
    this.rooms = rooms;
    this.keep = keep;
  }

  /// Begins to remove, once an hour, at a minute of this node's own.
  public void start() {
    if (!keep.isZero()) {
      long first = ThreadLocalRandom.current().nextLong(60);
      var unused = clock.scheduleWithFixedDelay(this::sweep, first, 60, TimeUnit.MINUTES);
    }
  }

  private void sweep() {
    try {
      rooms.forEach(room -> prune(room, System.currentTimeMillis() - keep.toMillis()));
    } catch (MongoException e) {
      LOG.log(System.Logger.Level.WARNING, "retention goes on in an hour: {0}", e.toString());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "retention failed", e);
    }
  }

  /// Removes a room's entries that were committed before a time.
  void prune(StoredRoom room, long beforeMs) {
    long highest = room.projectedSeq() - 1;
    long floor = lastBefore(room, beforeMs, highest);
    if (floor > room.floor()) {
      rooms.raiseFloor(room.id(), floor);
    }
    if (floor > 0) {
      store.removeUpTo(room.id(), floor);
    }
  }

  /// Commit times never decrease along a log: the last entry before a time is found by halving.
  private long lastBefore(StoredRoom room, long beforeMs, long highest) {
    long low = room.floor();
    long high = Math.max(low, highest);
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      Optional<LogEntry> entry = store.at(new MessageId(room.id(), middle));
      if (entry.isPresent() && entry.get().atMs() < beforeMs) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
