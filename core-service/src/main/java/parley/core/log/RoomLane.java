package parley.core.log;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;
import parley.core.room.RoomProgress;
import parley.core.room.StoredRoom;
import parley.process.Backoff;
import parley.process.RareWarning;
import parley.proto.errors.ErrorCode;

/// The one way into a room's log on this node: commands queue here ({@link LaneQueue}), are held
/// against the folded state ({@link LaneJudge}), and are appended, one write in flight
/// ({@link LaneAppend}). A thread works for the lane only while it has something to do.
///
/// Several nodes may serve a room at once without harm: a position has one entry, a request one
/// effect, and every reader one order.
///
/// A lane that fails answers what it had, forgets its state, and finds out by itself what became of
/// entries that were on their way: nobody has to write to the room for that.
final class RoomLane {

  private static final System.Logger LOG = System.getLogger(RoomLane.class.getName());
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final RareWarning ANEW = new RareWarning(LOG);
  private static final RareWarning ANEW_LATER = new RareWarning(LOG);

  private final RoomId room;
  private final LaneParts parts;
  private final LaneQueue queue;
  private final LaneOpening opening;
  private final LaneJudge judge;
  private final Repeats repeats;
  private final LaneAppend append;
  private final Backoff backoff = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
  private volatile long lookedAt = System.nanoTime() - LOOK_NANOS;
  private volatile boolean owing;
  private volatile @Nullable LaneState state;
  private volatile long progressWritten;

  RoomLane(RoomId room, LaneParts parts, Executor threads) {
    EntryIntake intake = new EntryIntake(parts);
    this.room = room;
    this.parts = parts;
    this.queue = new LaneQueue(() -> threads.execute(this::work));
    this.opening = new LaneOpening(parts, intake);
    this.repeats = new Repeats(parts, intake);
    this.judge = new LaneJudge(parts, repeats, opening);
    this.append = new LaneAppend(room, parts, judge, repeats, intake);
  }

  /// Queues a command. Never blocks.
  LaneQueue.Admission submit(Submission submission) {
    return queue.submit(submission);
  }

  /// Takes in what stands in the room's log, without a command; once in a second, for another node
  /// may be serving the room, and busily. Never blocks.
  void look() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_NANOS) {
      lookedAt = now;
      owing = true;
      queue.wake();
    }
  }

  /// Takes the lane out of use when it has been idle for so long.
  boolean retireIfIdle(long idleNanos) {
    boolean retired = queue.retireIfIdle(idleNanos, () -> !owesProgress());
    LaneState known = state;
    if (retired && known != null) {
      known.recent().forget();
    }
    return retired;
  }

  /// Where the room stands, when that is more than was last told; null otherwise.
  ///
  /// @param forgottenBeforeMs no last message that is older
  @Nullable RoomProgress progress(long forgottenBeforeMs) {
    LaneState known = state;
    if (known == null || !owesProgress()) {
      return null;
    }
    long projected = known.projected();
    LogEntry last = known.lastMessage(forgottenBeforeMs);
    return new RoomProgress(room, projected, last == null ? null : parts.events().message(last));
  }

  private boolean owesProgress() {
    LaneState known = state;
    return known != null && known.projected() > progressWritten;
  }

  /// Tells that `progress` was written.
  void progressWritten(RoomProgress progress) {
    progressWritten = progress.projectedSeq();
  }

  /// What is known, when the head was the log's own within so long; null otherwise.
  @Nullable LaneState known(long freshNanos) {
    LaneState known = state;
    return known == null || known.unconfirmedNanos() > freshNanos ? null : known;
  }

  /// The room as it is, when this node's lane has come so far; null otherwise.
  ///
  /// @param forgottenBeforeMs no last message that is older
  @Nullable StoredRoom served(long head, long forgottenBeforeMs) {
    LaneState known = state;
    return known == null || known.head() < head ? null : known.asStored(forgottenBeforeMs);
  }

  private void work() {
    try {
      while (true) {
        if (owing && !reopened()) {
          if (!backoff.pause()) {
            break; // the node ends
          }
          continue;
        }
        List<Submission> run = queue.take();
        if (run.isEmpty()) {
          return;
        }
        carryOut(run);
      }
    } catch (Throwable e) {
      abandon();
      LOG.log(System.Logger.Level.ERROR, "room " + room + " failed, " + UUID.randomUUID(), e);
      throw e;
    }
    abandon();
  }

  /// Nobody works for the lane until the next command comes.
  private void abandon() {
    queue.abandon().forEach(submission -> submission.refuse(ErrorCode.UNAVAILABLE));
  }

  private void carryOut(List<Submission> run) {
    try {
      process(run);
      parts.heads().settled(room);
    } catch (MongoException | LaneFailure e) {
      ANEW.warn("room {0} begins anew: {1}", room, e.toString());
      giveUp(run, ErrorCode.UNAVAILABLE);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "room " + room + " failed, " + UUID.randomUUID(), e);
      giveUp(run, ErrorCode.INTERNAL);
    } catch (Error e) {
      giveUp(run, ErrorCode.INTERNAL);
      throw e;
    }
  }

  private void giveUp(List<Submission> run, ErrorCode code) {
    LaneState known = state;
    state = null;
    if (known != null) {
      known.recent().forget();
    }
    owing |= parts.heads().isOnTheWay(room);
    run.forEach(submission -> submission.refuse(code));
  }

  /// Entries that were on their way are in the log or they are not: the log is read, and what they
  /// changed is written. What waits meanwhile had no effect, and is told so.
  private boolean reopened() {
    try {
      LaneState known = state;
      if (known == null) {
        open(List.of());
      } else {
        opening.catchUp(known);
      }
      parts.heads().settled(room);
      owing = false;
      backoff.reset();
      return true;
    } catch (RuntimeException e) {
      ANEW_LATER.warn("room {0} begins anew later: {1}", room, e.toString());
      queue.takeAll().forEach(submission -> submission.refuse(ErrorCode.UNAVAILABLE));
      return false;
    }
  }

  private @Nullable LaneState open(List<Submission> run) {
    LaneState opened = opening.open(room, run);
    progressWritten = opened == null ? 0 : opened.room.projectedSeq();
    state = opened;
    return opened;
  }

  private void process(List<Submission> run) {
    LaneState known = state;
    LaneState current = known == null ? open(run) : known;
    List<Submission> due = new ArrayList<>(run.size());
    for (Submission submission : run) {
      if (submission.expired()) {
        submission.refuse(ErrorCode.DEADLINE_EXCEEDED);
      } else if (current == null) {
        submission.refuse(ErrorCode.ACCESS_DENIED);
      } else if (hasKey(submission)) {
        due.add(submission);
      }
    }
    if (current != null) {
      record(current, due);
    }
  }

  private boolean hasKey(Submission submission) {
    try {
      return !submission.key(parts.keys()).isEmpty();
    } catch (InvalidIdException e) {
      submission.refuse(ErrorCode.INVALID_ARGUMENT);
      return false;
    }
  }

  /// Of two that are the same request the second waits until the first is in the log.
  private void record(LaneState current, List<Submission> due) {
    Set<String> keys = new HashSet<>();
    List<Submission> firsts = new ArrayList<>(due.size());
    List<Submission> twins = new ArrayList<>();
    for (Submission submission : due) {
      (keys.add(submission.key(parts.keys())) ? firsts : twins).add(submission);
    }
    append.append(current, judge.judge(current, repeats.withoutOld(current, firsts)));
    for (Submission twin : twins) {
      if (!repeats.answer(current, twin)) {
        record(current, List.of(twin));
      }
    }
  }
}
