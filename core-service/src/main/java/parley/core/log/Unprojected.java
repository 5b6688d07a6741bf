package parley.core.log;

import com.mongodb.MongoException;
import java.util.List;
import parley.core.room.Projected;
import parley.core.room.StoredRoom;

/// Makes good, for a reader, what a node left behind that died between an entry and what it
/// changes: the entry may have been heard of already, though nobody was told that it succeeded.
/// Where nothing was left behind it is one look into the index. Blocks; safe for any thread.
public final class Unprojected implements Projected {

  private static final System.Logger LOG = System.getLogger(Unprojected.class.getName());
  private static final int PAGE = 500;

  private final LogStore store;
  private final RoomLog log;
  private final Projector projector;

  public Unprojected(LogStore store, RoomLog log) {
    this.store = store;
    this.log = log;
    this.projector = log.projector();
  }

  @Override
  public long ensure(StoredRoom room) {
    long since = Math.max(room.projectedSeq(), log.applied(room.id()));
    List<LogEntry> page;
    do {
      page = store.changesAbove(room.id(), since, PAGE);
      page.forEach(this::apply);
      since = page.isEmpty() ? since : page.getLast().seq();
    } while (page.size() == PAGE);
    return since;
  }

  /// @throws MongoException when it may succeed later
  private void apply(LogEntry entry) {
    try {
      projector.apply(entry);
    } catch (RuntimeException e) {
      if (!StoreFailure.lasts(e)) {
        throw e;
      }
      LOG.log(System.Logger.Level.WARNING, "{0} cannot be projected", entry.id());
    }
  }
}
