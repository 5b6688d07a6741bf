package parley.core.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.core.room.Projected;
import parley.core.room.StoredRoom;

/// Makes good, for a reader, what a node left behind that died between an entry and what it
/// changes: the entry may have been heard of already, though nobody was told that it succeeded.
/// Where nothing was left behind it is one look at the log's head. Blocks; safe for any thread.
///
/// What cannot be projected is tried once in ten minutes on each node: the next release, or an
/// administrator, may have removed the cause.
public final class Unprojected implements Projected {

  private static final System.Logger LOG = System.getLogger(Unprojected.class.getName());
  private static final int PAGE = 500;
  private static final int MOST_ROOMS = 10_000;
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final LogStore store;
  private final RoomLog log;
  private final Projector projector;

  /// Up to where readers made good what was left behind, by room.
  private final Cache<RoomId, Long> madeGood =
      Caffeine.newBuilder().maximumSize(MOST_ROOMS).expireAfterWrite(AGAIN).build();

  public Unprojected(LogStore store, RoomLog log) {
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
    Long made = madeGood.getIfPresent(room.id());
    // Asked for behind the head: an entry that was on its way here may have arrived meanwhile.
    long known = Math.max(room.projectedSeq(), log.applied(room.id()));
    long since = made == null ? known : Math.max(known, made);
    boolean tried = made != null || room.skipped().isEmpty();
    if (!tried) {
      room.skipped().stream().filter(seq -> seq <= since).forEach(seq -> again(room.id(), seq));
    }
    long reached = since < head ? Math.max(head, applyAbove(room.id(), since)) : since;
    if (!tried || reached > since) {
      madeGood.put(room.id(), reached);
    }
    return reached;
  }

  /// Applies what lies above a position.
  ///
  /// @return the position of the last of it; the one given when there is nothing
  private long applyAbove(RoomId room, long since) {
    long reached = since;
    List<LogEntry> page;
    do {
      page = store.changesAbove(room, reached, PAGE);
      for (LogEntry entry : page) {
        var unused = isApplied(entry);
        reached = entry.seq();
      }
    } while (page.size() == PAGE);
    return reached;
  }

  private void again(RoomId room, long seq) {
    Optional<LogEntry> entry = store.at(new MessageId(room, seq));
    if (entry.isEmpty() || isApplied(entry.get())) {
      log.rooms().skipNoMore(room, seq);
      log.skippedNoMore(room, seq);
    }
  }

  /// @return false when it cannot be
  /// @throws MongoException when it may succeed later
  private boolean isApplied(LogEntry entry) {
    try {
      projector.apply(entry);
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
