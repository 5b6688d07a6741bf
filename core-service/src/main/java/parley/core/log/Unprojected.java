package parley.core.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.core.room.Projected;
import parley.core.room.StoredRoom;

/// Makes good, for a reader, what a node left behind that died between an entry and what it
/// changes: the entry may have been heard of already, though nobody was told that it succeeded.
/// Where nothing was left behind it is one look at the log's head. Blocks; safe for any thread.
///
/// What cannot be projected is tried again by each node when somebody reads the room, after a
/// second and then less and less often, down to once in ten minutes: the cause may have passed, or
/// the next release, or an administrator, may have removed it.
public final class Unprojected implements Projected {

  private static final System.Logger LOG = System.getLogger(Unprojected.class.getName());
  private static final int PAGE = 500;
  private static final int MOST_ROOMS = 10_000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofMinutes(10);

  /// What readers did for a room.
  ///
  /// @param upTo everything up to here was looked at
  /// @param whole and written, but for what the room skips
  /// @param dueNanos when what could not be written is tried again
  private record MadeGood(long upTo, boolean whole, Duration pause, long dueNanos) {

    static MadeGood after(
        @Nullable MadeGood before, long upTo, boolean tried, boolean whole, long now) {
      if (before != null && !tried) {
        return new MadeGood(upTo, before.whole && whole, before.pause, before.dueNanos);
      }
      Duration next = before == null ? FIRST_PAUSE : before.pause.multipliedBy(2);
      Duration pause = next.compareTo(LAST_PAUSE) < 0 ? next : LAST_PAUSE;
      return new MadeGood(upTo, whole, pause, now + pause.toNanos());
    }

    boolean isDue(long now) {
      return now - dueNanos >= 0;
    }
  }

  private final LogStore store;
  private final RoomLog log;
  private final Projector projector;
  private final LongSupplier clock;

  private final Cache<RoomId, MadeGood> madeGood =
      Caffeine.newBuilder()
          .maximumSize(MOST_ROOMS)
          .expireAfterWrite(LAST_PAUSE.multipliedBy(2))
          .build();

  public Unprojected(LogStore store, RoomLog log) {
    this(store, log, System::nanoTime);
  }

  /// @param clock as {@link System#nanoTime}
  Unprojected(LogStore store, RoomLog log, LongSupplier clock) {
    this.clock = clock;
    this.store = store;
    this.log = log;
    this.projector = log.projector();
  }

  @Override
  public Optional<Current> current(RoomId id) {
    long head = store.head(id);
    StoredRoom served = log.served(id, head);
    Optional<StoredRoom> room = served == null ? log.rooms().find(id) : Optional.of(served);
    return room.map(found -> new Current(found, ensure(found, head)));
  }

  @Override
  public long ensure(StoredRoom room) {
    return ensure(room, store.head(room.id()));
  }

  private long ensure(StoredRoom room, long head) {
    if (room.projectedSeq() < head) {
      log.look(room.id(), head); // unread counts and lists are behind
    }
    MadeGood made = madeGood.getIfPresent(room.id());
    boolean due = made == null || made.isDue(clock.getAsLong());
    // Asked for behind the head: an entry that was on its way here may have arrived meanwhile.
    long known = Math.max(room.projectedSeq(), log.applied(room.id()));
    long since = made == null || due && !made.whole ? known : Math.max(known, made.upTo);
    boolean again = due && !room.skipped().isEmpty();
    if (again) {
      room.skipped().stream().filter(seq -> seq <= since).forEach(seq -> again(room.id(), seq));
    }
    boolean owed = made != null && !made.whole || !LaneState.maySkip(room.skipped());
    boolean whole = since >= head || isAllApplied(room.id(), since, owed);
    long reached = Math.max(since, head);
    if (again || since < head) {
      madeGood.put(room.id(), MadeGood.after(made, reached, due, whole, clock.getAsLong()));
    }
    return reached;
  }

  /// Applies what lies above a position.
  ///
  /// @param late some of it may have been passed over
  private boolean isAllApplied(RoomId room, long since, boolean late) {
    boolean all = true;
    long reached = since;
    List<LogEntry> page;
    do {
      page = store.changesAbove(room, reached, PAGE);
      for (LogEntry entry : page) {
        all &= isApplied(entry, late);
        reached = entry.seq();
      }
    } while (page.size() == PAGE);
    return all;
  }

  private void again(RoomId room, long seq) {
    Optional<LogEntry> entry = store.at(new MessageId(room, seq));
    if (entry.isEmpty() || isApplied(entry.get(), true)) {
      log.rooms().skipNoMore(room, seq);
      log.skippedNoMore(room, seq);
    }
  }

  /// @return false when it cannot be
  /// @throws MongoException when it may succeed later
  private boolean isApplied(LogEntry entry, boolean late) {
    try {
      if (late) {
        projector.applyLate(entry);
      } else {
        projector.apply(entry);
      }
      return true;
    } catch (RuntimeException e) {
      if (!StoreFailure.lasts(e)) {
        throw e;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} cannot be projected, {1}: {2}",
          entry.id(),
          UUID.randomUUID(),
          e.toString());
      return false;
    }
  }
}
