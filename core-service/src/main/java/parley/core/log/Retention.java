package parley.core.log;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.process.Worker;
import parley.proto.chat.Message;

/// Removes what is older than the age to keep: only a prefix of a room's log, never its last entry,
/// never what is not projected yet, and the room's floor is raised before anything goes. Several
/// nodes may do it at once.
public final class Retention implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  private static final Duration PERIOD = Duration.ofHours(1);

  /// Entries that one write removes.
  static final int SLICE = 1_000;

  private final LogStore store;
  private final Rooms rooms;
  private final LongConsumer forget;
  private final Duration keep;
  private final Worker clock = Worker.every("retention", PERIOD, this::sweep);

  /// @param forget hears of before which time nothing is to be shown any more
  /// @param keep the age of what is removed; zero = nothing ever is
  public Retention(LogStore store, Rooms rooms, LongConsumer forget, Duration keep) {
    this.store = store;
    this.rooms = rooms;
    this.forget = forget;
    this.keep = keep;
  }

  /// Begins to remove, once an hour, at a minute of this node's own.
  public void start() {
    if (!keep.isZero()) {
      long first = ThreadLocalRandom.current().nextLong(PERIOD.toSeconds());
      var unused = clock.first(Duration.ofSeconds(first)).start();
    }
  }

  /// A room that fails waits for the next hour; the others do not.
  void sweep() {
    long before = System.currentTimeMillis() - keep.toMillis();
    forget.accept(before);
    try {
      rooms.forEach(room -> pruneIfPossible(room, before));
    } catch (MongoException e) {
      LOG.log(System.Logger.Level.WARNING, "retention goes on in an hour: {0}", e.toString());
    }
  }

  private void pruneIfPossible(StoredRoom room, long beforeMs) {
    try {
      prune(room, beforeMs);
    } catch (MongoException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "room {0} is pruned in an hour: {1}",
          room.id(),
          e.toString());
    } catch (RuntimeException e) { // an entry that cannot be read
      LOG.log(
          System.Logger.Level.ERROR,
          "room " + room.id() + " is not pruned, " + UUID.randomUUID(),
          e);
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
      remove(room.id(), floor);
      Message last = room.lastMessage();
      if (last != null && last.getSeq() <= floor) {
        rooms.forgetLast(room);
      }
    }
  }

  /// In slices: each is over long before the driver's patience, and those that ran stay done. What
  /// a sweep that was cut off left below the floor goes, too.
  private void remove(RoomId room, long floor) {
    long oldest = store.oldest(room);
    while (oldest != 0 && oldest <= floor) {
      store.remove(room, oldest - 1, Math.min(oldest - 1 + SLICE, floor));
      oldest = store.oldest(room);
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
    clock.close();
  }
}
