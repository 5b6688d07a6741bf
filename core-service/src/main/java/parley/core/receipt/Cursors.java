package parley.core.receipt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.ReadTracker;
import parley.core.log.StoreFailure;
import parley.core.store.ChatDatabase;
import parley.process.Backoff;
import parley.process.RareWarning;
import parley.process.Worker;
import parley.proto.errors.ErrorCode;

/// Cursors in MongoDB, written in batches: what rises within 50 ms, or 200 of them, goes in one
/// write. Until then a cursor is known here, so that a reader on this node sees its own. They only
/// rise (`$max`), so order and repeats do not matter, and what a failed write held is written
/// again. Raising never blocks; reading does. Safe for any thread.
///
/// Whoever writes a message has read the room. That raises cursors as often as there are messages,
/// so it is written within ten seconds, once for many messages of one author; on this node it is
/// known at once.
public final class Cursors implements ReadTracker, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Cursors.class.getName());
  private static final RareWarning WAITING = new RareWarning(LOG);
  private static final long WINDOW_MILLIS = 50;
  private static final int AUTHORS_TURNS = 200; // of the window
  private static final int BATCH = 200;
  private static final int MOST_WRITTEN = 1_000; // at once; more wait after the store was away
  private static final int MOST_WAITING = 100_000;
  private static final int REMEMBERED = 50_000;
  private static final Duration RECENT = Duration.ofSeconds(10);

  /// The driver gives up long before.
  private static final Duration STUCK = Duration.ofMinutes(2);

  private record Key(RoomId room, UserId user) {
    String id() {
      return CursorDocuments.id(room, user);
    }
  }

  /// @param readNanos when it was read from the store
  private record Recent(Cursor cursor, long readNanos) {
    Recent raised(Cursor further) {
      return new Recent(cursor.max(further), readNanos);
    }
  }

  private final ChatDatabase database;
  private final int mostWaiting;
  private final Map<Key, Cursor> waiting = new ConcurrentHashMap<>();
  private final Map<Key, Cursor> authors = new ConcurrentHashMap<>(); // to be moved there
  private final Cache<Key, Recent> recent =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterAccess(RECENT).build();
  private final Semaphore full = new Semaphore(0);
  private final Backoff backoff = new Backoff(); // the writer's
  private Iterator<Map.Entry<Key, Cursor>> round = Collections.emptyIterator(); // guarded by this
  private final Worker writer = Worker.thread("cursors", this::turn).within(STUCK);

  public Cursors(ChatDatabase database) {
    this(database, MOST_WAITING);
  }

  /// @param mostWaiting cursors
  Cursors(ChatDatabase database, int mostWaiting) {
    this.database = database;
    this.mostWaiting = mostWaiting;
  }

  /// Begins to write.
  public void start() {
    writer.start();
  }

  /// Raises a cursor; what lies below it changes nothing.
  ///
  /// @throws RefusedException BUSY when too many wait for a store that is away: nothing is raised
  public void raise(RoomId room, UserId user, Cursor cursor) {
    Key key = new Key(room, user);
    if (waiting.size() >= mostWaiting && !waiting.containsKey(key)) {
      throw new RefusedException(ErrorCode.BUSY);
    }
    waiting.merge(key, cursor, Cursor::max);
    if (waiting.size() >= BATCH) {
      full.release();
    }
  }

  @Override
  public void posted(RoomId room, UserId author, long seq, long ordinal) {
    note(authors, new Key(room, author), Cursor.read(seq, ordinal));
  }

  @Override
  public void joined(RoomId room, UserId user, long seq, long ordinal) {
    note(waiting, new Key(room, user), Cursor.joined(seq, ordinal));
  }

  private void note(Map<Key, Cursor> among, Key key, Cursor cursor) {
    if (among.size() < mostWaiting || among.containsKey(key)) { // else it is forgotten
      among.merge(key, cursor, Cursor::max);
    }
  }

  /// Says that a user has not read from a message on, until its cursor rises again. Blocks.
  void lower(RoomId room, UserId user, long seq, long ordinal) {
    Key key = new Key(room, user);
    flush(); // what it has read, others see
    database.cursors().bulkWrite(List.of(CursorDocuments.lowered(room, user, seq, ordinal)));
    recent.invalidate(key);
  }

  /// So many authors' cursors are written with the next batch, one after the other.
  private synchronized void gather(int most) {
    boolean anew = most == Integer.MAX_VALUE || !round.hasNext();
    round = anew ? authors.entrySet().iterator() : round;
    for (int i = 0; i < most && round.hasNext(); i++) {
      Map.Entry<Key, Cursor> one = round.next();
      waiting.merge(one.getKey(), one.getValue(), Cursor::max); // first: it is in one of them
      authors.remove(one.getKey(), one.getValue());
    }
  }

  private Cursor unwritten(Key key) {
    Cursor author =
        authors.getOrDefault(key, Cursor.NONE); // first: from there it goes to the other
    return author.max(waiting.getOrDefault(key, Cursor.NONE));
  }

  /// Where a user stands in a room, as this node saw it within the last 10 s: what was raised
  /// through another since is not in it. Blocks where that is not known.
  Cursor known(RoomId room, UserId user) {
    Key key = new Key(room, user);
    Cursor unwritten = unwritten(key); // before: what is written meanwhile is among the recent
    Recent known = recent.getIfPresent(key);
    if (known != null && System.nanoTime() - known.readNanos < RECENT.toNanos()) {
      return known.cursor.max(unwritten);
    }
    long now = System.nanoTime();
    Cursor read = of(user, List.of(room)).getOrDefault(room, Cursor.NONE);
    Cursor stands = read.max(unwritten(key)); // raised while it was read
    recent.put(key, new Recent(stands, now));
    return stands;
  }

  /// Where a user stands in rooms; those without a cursor are left out.
  public Map<RoomId, Cursor> of(UserId user, List<RoomId> rooms) {
    return of(Map.of(user, rooms)).getOrDefault(user, Map.of());
  }

  /// The same of several users, by user.
  Map<UserId, Map<RoomId, Cursor>> of(Map<UserId, List<RoomId>> rooms) {
    Map<UserId, Map<RoomId, Cursor>> cursors = new HashMap<>();
    List<String> ids = new ArrayList<>();
    rooms.forEach(
        (user, theirs) -> {
          Map<RoomId, Cursor> own = new HashMap<>();
          for (RoomId room : theirs) {
            Key key = new Key(room, user);
            ids.add(key.id());
            Cursor unwritten = unwritten(key);
            if (!unwritten.equals(Cursor.NONE)) {
              own.put(room, unwritten);
            }
          }
          cursors.put(user, own);
        });
    if (!ids.isEmpty()) {
      database.cursors().find(Filters.in("_id", ids)).forEach(d -> merge(cursors, d));
    }
    return cursors;
  }

  private static void merge(Map<UserId, Map<RoomId, Cursor>> cursors, Document stored) {
    cursors
        .computeIfAbsent(new UserId(stored.getString("user")), user -> new HashMap<>())
        .merge(new RoomId(stored.getString("room")), CursorDocuments.cursor(stored), Cursor::max);
  }

  /// Users who have read up to a position, in order of user id.
  public List<String> readers(RoomId room, long seq, int limit) {
    return CursorDocuments.users(database, room, seq, limit);
  }

  /// How many have read up to a position.
  public long countRead(RoomId room, long seq) {
    return database.cursors().countDocuments(CursorDocuments.who(room, "readSeq", seq));
  }

  /// To how many it was delivered up to a position.
  public long countDelivered(RoomId room, long seq) {
    return database.cursors().countDocuments(CursorDocuments.who(room, "deliveredSeq", seq));
  }

  /// Writes what waits now; blocks.
  ///
  /// @throws MongoException when the store cannot be reached; what waits goes on waiting
  public void flush() {
    gather(Integer.MAX_VALUE);
    writeAll();
  }

  private void writeAll() {
    List<Map.Entry<Key, Cursor>> all = List.copyOf(Map.copyOf(waiting).entrySet());
    MongoBulkWriteException failure = null;
    for (int from = 0; from < all.size(); from += MOST_WRITTEN) {
      try {
        write(all.subList(from, Math.min(from + MOST_WRITTEN, all.size())));
      } catch (MongoBulkWriteException e) {
        failure = e; // the others are written
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void write(List<Map.Entry<Key, Cursor>> batch) {
    List<WriteModel<Document>> writes = new ArrayList<>(batch.size());
    batch.forEach(
        one ->
            writes.add(
                CursorDocuments.raised(one.getKey().room, one.getKey().user, one.getValue())));
    try {
      database.cursors().bulkWrite(writes, new BulkWriteOptions().ordered(false));
      batch.forEach(this::written);
    } catch (MongoBulkWriteException e) {
      dropOthers(batch, StoreFailure.unwritten(e), e);
    }
  }

  /// What rose further meanwhile stays.
  private void written(Map.Entry<Key, Cursor> one) {
    recent.asMap().computeIfPresent(one.getKey(), (k, known) -> known.raised(one.getValue()));
    waiting.remove(one.getKey(), one.getValue());
  }

  /// A cursor that the store refuses is not the others' trouble, nor is it tried for ever.
  private void dropOthers(
      List<Map.Entry<Key, Cursor>> batch, Set<Integer> unwritten, MongoBulkWriteException failure) {
    int index = 0;
    for (Map.Entry<Key, Cursor> one : batch) {
      if (!unwritten.contains(index++)) {
        written(one);
      }
    }
    if (!unwritten.isEmpty()) {
      throw failure;
    }
    LOG.log(System.Logger.Level.ERROR, "cursors are refused, " + UUID.randomUUID(), failure);
  }

  private void turn() throws InterruptedException {
    if (full.tryAcquire(WINDOW_MILLIS, TimeUnit.MILLISECONDS)) {
      full.drainPermits();
    }
    gather(1 + authors.size() / AUTHORS_TURNS); // a few at a time: many at once hold up the store
    try {
      writeAll();
      backoff.reset();
    } catch (MongoException e) {
      WAITING.warn("cursors wait for the store: {0}", e.toString());
      TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
    }
  }

  @Override
  public void close() {
    writer.close();
    try {
      flush();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the last cursors are not written: {0}", e.toString());
    }
  }
}
