package parley.core.log;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.fanout.BusPublisher;
import parley.process.ServiceProcess;
import parley.process.Worker;
import parley.proto.errors.ErrorCode;

/// The rooms that this node appends to: finds or makes the lane of each, writes down where rooms
/// stand, and forgets lanes that have been idle.
public final class RoomLog implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RoomLog.class.getName());
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final int MOST_WAITING = 50_000;
  private static final long MOST_WAITING_BYTES = 64L << 20;

  /// Memory may answer for a room whose head was the log's own so recently.
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LaneParts parts;
  private final Map<RoomId, RoomLane> lanes = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual()
              .name("lane-", 0)
              .uncaughtExceptionHandler((thread, thrown) -> ended(thrown))
              .factory());
  private final Worker clock = Worker.every("room-log", TICK, this::tick);
  private final ProgressWriter progress;
  private volatile long forgottenBeforeMs;

  /// @param commitsInFlight how many writes may be under way at once
  public RoomLog(
      LogStore store,
      Rooms rooms,
      Users users,
      RequestKeys keys,
      BusPublisher bus,
      UserFeeds feeds,
      ReadTracker reads,
      int commitsInFlight) {
    this(
        new LaneParts(
            store,
            new Committer(store, commitsInFlight),
            new Projections(store, rooms, new RoomEvents(users), feeds, reads),
            rooms,
            users,
            new RoomEvents(users),
            keys,
            new CommittedHeads(System::currentTimeMillis),
            bus,
            new AtomicInteger()));
  }

  /// @param parts what lanes work with; the committer is closed with this
  RoomLog(LaneParts parts) {
    this.parts = parts;
    this.progress = new ProgressWriter(parts.rooms());
  }

  /// Begins to write down where rooms stand.
  public void start() {
    clock.start();
  }

  /// Queues a command for a room; never blocks. A full lane, or too much waiting on the node
  /// (entries or bytes), answers BUSY at once.
  public void submit(RoomId room, Submission submission) {
    long bytes = waitingBytes.addAndGet(submission.size());
    if (waiting.incrementAndGet() > MOST_WAITING || bytes > MOST_WAITING_BYTES) {
      release(submission);
      submission.refuse(ErrorCode.BUSY);
      return;
    }
    submission.whenAnswered(() -> release(submission));
    try {
      enqueue(room, submission);
    } catch (RejectedExecutionException e) {
      submission.refuse(ErrorCode.UNAVAILABLE); // the node ends
    }
  }

  private void enqueue(RoomId room, Submission submission) {
    while (true) {
      RoomLane lane = lanes.computeIfAbsent(room, id -> new RoomLane(id, parts, threads));
      switch (lane.submit(submission)) {
        case TAKEN -> {
          return;
        }
        case FULL -> {
          submission.refuse(ErrorCode.BUSY);
          return;
        }
        case RETIRED -> lanes.remove(room, lane);
      }
    }
  }

  /// A lane has logged what it threw; after an error nobody can say what still works.
  private static void ended(Throwable thrown) {
    if (thrown instanceof Error) {
      ServiceProcess.fatal(thrown);
    }
  }

  private void release(Submission submission) {
    waiting.decrementAndGet();
    waitingBytes.addAndGet(-submission.size());
  }

  Projector projector() {
    return parts.projector();
  }

  Rooms rooms() {
    return parts.rooms();
  }

  private @Nullable LaneState known(RoomId room, long freshNanos) {
    RoomLane lane = lanes.get(room);
    return lane == null ? null : lane.known(freshNanos);
  }

  /// Entries with `since` < seq <= `upTo` from memory; null when they are not all there.
  public @Nullable List<LogEntry> recent(RoomId room, long since, long upTo) {
    LaneState known = known(room, Long.MAX_VALUE);
    return known == null ? null : known.recent().between(since, upTo);
  }

  /// The newest entry, when memory knows it and it was the log's own within the last 5 s; null
  /// otherwise.
  public @Nullable LogEntry newest(RoomId room) {
    LaneState known = known(room, FRESH_NANOS);
    return known == null ? null : known.recent().newest();
  }

  /// Up to here this node has applied what the room's log changes beside it, or skipped it; 0 when
  /// it does not serve the room.
  long applied(RoomId room) {
    LaneState known = known(room, Long.MAX_VALUE);
    return known == null ? 0 : known.projected();
  }

  /// The room as it is, but for its floor, from memory; null when this node has not taken in its
  /// log up to `head`.
  @Nullable StoredRoom served(RoomId room, long head) {
    RoomLane lane = lanes.get(room);
    return lane == null ? null : lane.served(head, forgottenBeforeMs);
  }

  /// Messages of before a time are not shown any more, nor written as a room's last.
  public void forget(long beforeMs) {
    forgottenBeforeMs = beforeMs;
  }

  /// Has this node take in a room's log up to `head`, without a command, so that where the room
  /// stands is written: its last node may have ended before it did. Never blocks.
  void look(RoomId room, long head) {
    LaneState known = known(room, Long.MAX_VALUE);
    if (known == null || known.head() < head) {
      lanes.computeIfAbsent(room, id -> new RoomLane(id, parts, threads)).look();
    }
  }

  /// What the entry at a position changes beside the log was written after all.
  void skippedNoMore(RoomId room, long seq) {
    LaneState known = known(room, Long.MAX_VALUE);
    if (known != null) {
      known.skippedNoMore(seq);
    }
  }

  /// The newest messages from memory, newest first, with a head that is at least `atLeast` and was
  /// the log's own within the last 5 s; null when memory cannot tell.
  public @Nullable RecentMessages recentMessages(RoomId room, int count, long atLeast) {
    return recentMessages(room, count, atLeast, FRESH_NANOS);
  }

  /// The same whenever the head was last seen: for while the store cannot be asked, and nobody can
  /// append.
  @Nullable RecentMessages lastKnownMessages(RoomId room, int count, long atLeast) {
    return recentMessages(room, count, atLeast, Long.MAX_VALUE);
  }

  private @Nullable RecentMessages recentMessages(
      RoomId room, int count, long atLeast, long freshNanos) {
    LaneState known = known(room, freshNanos);
    if (known == null) {
      return null;
    }
    RecentEntries recent = known.recent();
    synchronized (recent) {
      List<LogEntry> messages = recent.newestMessages(count, atLeast);
      return messages == null ? null : new RecentMessages(messages, recent.head());
    }
  }

  /// Messages, newest first, and the head with which they were read.
  public record RecentMessages(List<LogEntry> newestFirst, long head) {}

  /// The time, milliseconds since the epoch, before which everything that this node committed is
  /// among the heads that were taken, or are taken after this call. It stands still while a write
  /// is under way.
  public long toldClock() {
    return parts.heads().told();
  }

  /// The rooms that this node appended to since the last call, with their heads.
  public Map<RoomId, Long> takeRecentHeads() {
    return parts.heads().take();
  }

  private void tick() {
    try {
      progress.write(lanes.values(), forgottenBeforeMs);
    } catch (MongoException e) {
      LOG.log(System.Logger.Level.DEBUG, "progress is written with the next tick", e);
    }
    lanes.forEach(
        (room, lane) -> {
          if (lane.retireIfIdle(IDLE_NANOS)) {
            lanes.remove(room, lane);
          }
        });
  }

  /// Stops; writes where rooms stand once more. Commands that wait are refused.
  @Override
  public void close() {
    var unused = clock.end(Duration.ofSeconds(2));
    try {
      tick();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "where rooms stand was not written", e);
    }
    threads.shutdownNow();
    parts.committer().close();
  }
}
