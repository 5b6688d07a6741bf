package parley.core.log;

import com.mongodb.MongoException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.contract.Errors;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Written;
import parley.core.log.Validation.Verdict;
import parley.core.room.RoomProgress;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;

/// The one way into a room's log on this node: commands queue here, are held against the folded
/// state, and are appended at head + 1 and on, one write in flight. A thread works for the lane
/// only while it has something to do.
///
/// Several nodes may serve a room at once without harm. A write that collides means that another
/// node wrote: the lane reads what it has not seen, and judges the rest of its commands anew. A
/// write whose outcome is unknown is repeated, identical, at the same positions, until it is known;
/// an entry there with our dedupe key is ours. So a position has one entry, a request one effect,
/// and every reader one order.
final class RoomLane {

  private static final System.Logger LOG = System.getLogger(RoomLane.class.getName());
  private static final int CAPACITY = 2_048;
  private static final int LONGEST_RUN = 64;

  /// A command that may be recorded, and as what.
  private record Candidate(Submission submission, Change change) {}

  /// Whether a command was taken.
  enum Admission {
    TAKEN,
    FULL,
    RETIRED
  }

  private final RoomId room;
  private final LaneParts parts;
  private final Executor threads;
  private final HeadListener heads;
  private final Validation validation;
  private final Projections projections;
  private final LaneOpening opening;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Submission> queue = new ArrayDeque<>();
  private boolean working;
  private boolean retired;
  private volatile long lastUsed = System.nanoTime();
  private volatile @Nullable LaneState state;
  private volatile long projectedHead;

  RoomLane(RoomId room, LaneParts parts, Executor threads, HeadListener heads) {
    this.room = room;
    this.parts = parts;
    this.threads = threads;
    this.heads = heads;
    this.validation = new Validation(parts);
    this.projections = new Projections(parts.store(), parts.rooms());
    this.opening = new LaneOpening(parts, projections);
  }

  /// Queues a command. Never blocks.
  Admission submit(Submission submission) {
    lock.lock();
    try {
      if (retired) {
        return Admission.RETIRED;
      }
      if (queue.size() >= CAPACITY) {
        return Admission.FULL;
      }
      queue.add(submission);
      if (!working) {
        working = true;
        threads.execute(this::work);
      }
      return Admission.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the lane out of use when it has been idle for so long.
  boolean retireIfIdle(long idleNanos) {
    lock.lock();
    try {
      LaneState known = state;
      boolean behind = known != null && known.head() > projectedHead;
      retired = !working && queue.isEmpty() && !behind && System.nanoTime() - lastUsed > idleNanos;
      if (retired && known != null) {
        known.recent().forget();
      }
      return retired;
    } finally {
      lock.unlock();
    }
  }

  /// Where the room stands, when that is more than was last told; null otherwise.
  @Nullable RoomProgress progress() {
    LaneState known = state;
    if (known == null || known.head() <= projectedHead) {
      return null;
    }
    long head = known.head();
    LogEntry last = known.lastMessage();
    return new RoomProgress(room, head, last == null ? null : parts.events().message(last));
  }

  /// Tells that `progress` was written.
  void progressWritten(RoomProgress progress) {
    projectedHead = progress.projectedSeq();
  }

  private void work() {
    while (true) {
      List<Submission> run = take();
      if (run.isEmpty()) {
        return;
      }
      lastUsed = System.nanoTime();
      try {
        process(run);
      } catch (MongoException | LaneFailure e) {
        LOG.log(System.Logger.Level.WARNING, "room {0} begins anew: {1}", room, e.toString());
        giveUp(run, ErrorCode.UNAVAILABLE);
      } catch (RuntimeException e) {
        String correlation = UUID.randomUUID().toString();
        LOG.log(System.Logger.Level.ERROR, "room " + room + " failed, " + correlation, e);
        giveUp(run, ErrorCode.INTERNAL);
      }
    }
  }

  /// The newest entries, when the head was the log's own a moment ago; null otherwise.
  @Nullable RecentEntries recent(long freshNanos) {
    LaneState known = state;
    return known == null || known.unconfirmedNanos() > freshNanos ? null : known.recent();
  }

  private void giveUp(List<Submission> run, ErrorCode code) {
    LaneState known = state;
    state = null;
    if (known != null) {
      known.recent().forget();
    }
    run.forEach(submission -> submission.refuse(code));
  }

  /// The longest stretch of posts, which cannot invalidate one another, or one other command.
  private List<Submission> take() {
    lock.lock();
    try {
      List<Submission> run = new ArrayList<>();
      while (!queue.isEmpty() && run.size() < LONGEST_RUN) {
        boolean post = queue.element().command instanceof Command.Post;
        if (!post && !run.isEmpty()) {
          break;
        }
        run.add(queue.remove());
        if (!post) {
          break;
        }
      }
      working = !run.isEmpty();
      return run;
    } finally {
      lock.unlock();
    }
  }

  private void process(List<Submission> run) {
    LaneState current = opened(run);
    List<Candidate> candidates = new ArrayList<>(run.size());
    List<Submission> again = new ArrayList<>();
    for (Submission submission : run) {
      if (submission.expired()) {
        submission.refuse(ErrorCode.DEADLINE_EXCEEDED);
      } else if (current == null) {
        submission.refuse(ErrorCode.ACCESS_DENIED);
      } else if (candidates.stream().anyMatch(c -> sameRequest(c.submission, submission))) {
        again.add(submission); // its twin must be in the log first
      } else {
        judge(current, submission, candidates);
      }
    }
    if (current != null) {
      append(current, candidates);
      for (Submission twin : again) {
        if (!answerRepeat(current, twin)) {
          process(List.of(twin));
        }
      }
    }
  }

  private static boolean sameRequest(Submission one, Submission other) {
    return one.dedupe.equals(other.dedupe);
  }

  private @Nullable LaneState opened(List<Submission> run) {
    LaneState known = state;
    if (known != null) {
      return known;
    }
    known = opening.open(room);
    if (known == null || known.head() < 2) {
      known = openedDirect(run, known);
    }
    projectedHead = known == null ? 0 : known.room.projectedSeq();
    state = known;
    return known;
  }

  /// A direct room is made by the first message to a user who exists.
  private @Nullable LaneState openedDirect(List<Submission> run, @Nullable LaneState known) {
    for (Submission submission : run) {
      UserId receiver = submission.receiver;
      if (receiver != null && parts.users().find(receiver).isPresent()) {
        return opening.openDirect(room, submission.sender, receiver);
      }
    }
    return known;
  }

  private void judge(LaneState current, Submission submission, List<Candidate> candidates) {
    switch (validation.judge(current, submission)) {
      case Verdict.Append(Change change) -> candidates.add(new Candidate(submission, change));
      case Verdict.Answer(Outcome outcome) -> submission.answer(outcome);
    }
  }

  private void append(LaneState current, List<Candidate> candidates) {
    List<Candidate> rest = candidates;
    int conflicts = 0;
    while (!rest.isEmpty()) {
      List<LogEntry> entries = numbered(current, rest);
      if (write(entries) == Written.ALL) {
        for (int i = 0; i < entries.size(); i++) {
          settle(current, entries.get(i), rest.get(i).submission);
        }
        return;
      }
      conflicts++;
      if (conflicts >= 3) {
        pause(1L << Math.min(conflicts, 8)); // another node serves the room too: let it pass
      }
      rest = resolve(current, rest, entries);
    }
  }

  private static List<LogEntry> numbered(LaneState current, List<Candidate> candidates) {
    List<LogEntry> entries = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      entries.add(current.next(candidate.submission, candidate.change, entries.size()));
    }
    return entries;
  }

  /// Writes until the outcome is known. The identical entries go to the identical positions again:
  /// were they written meanwhile, they collide with themselves.
  private Written write(List<LogEntry> entries) {
    long delay = 20;
    while (true) {
      Written written = parts.committer().write(entries);
      if (written != Written.UNKNOWN) {
        return written;
      }
      LOG.log(System.Logger.Level.WARNING, "room {0}: outcome of a write unknown, again", room);
      pause(delay);
      delay = Math.min(delay * 2, 1_000);
    }
  }

  /// After a collision: which of the entries are there, and what is to be done with the rest.
  private List<Candidate> resolve(
      LaneState current, List<Candidate> candidates, List<LogEntry> entries) {
    int ours = 0;
    for (LogEntry found :
        parts.store().read(room, current.head(), Long.MAX_VALUE, LONGEST_RUN + 500)) {
      if (found.seq() != current.head() + 1) {
        break;
      }
      if (ours < entries.size() && isWritten(entries.get(ours), found)) {
        settle(current, found, candidates.get(ours).submission);
        ours++;
      } else {
        projections.apply(found);
        current.advance(found);
      }
    }
    List<Candidate> rest = new ArrayList<>();
    for (Candidate candidate : candidates.subList(ours, candidates.size())) {
      if (!answerRepeat(current, candidate.submission)) {
        judge(current, candidate.submission, rest);
      }
    }
    return rest;
  }

  private static boolean isWritten(LogEntry entry, LogEntry found) {
    return entry.seq() == found.seq() && entry.dedupe().equals(found.dedupe());
  }

  /// Answers a request that was carried out before with what came of it then.
  private boolean answerRepeat(LaneState current, Submission submission) {
    Optional<LogEntry> first = parts.store().byDedupe(current.room.id(), submission.dedupe);
    first.ifPresent(
        entry -> submission.answer(new Outcome.Appended(parts.events().of(entry), true)));
    return first.isPresent();
  }

  /// The entry is durable, whatever happens now. Its projection comes before the head moves: what
  /// is written down as projected must be.
  private void settle(LaneState current, LogEntry entry, Submission submission) {
    heads.advanced(room, entry.seq());
    try {
      projections.apply(entry);
      current.advance(entry);
    } finally {
      RoomEvent event = Publication.send(parts, entry);
      submission.answer(new Outcome.Appended(event, false));
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(1 + ThreadLocalRandom.current().nextLong(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaneFailure("interrupted");
    }
  }

  /// Hears of each entry that this node wrote. Must not block.
  interface HeadListener {
    void advanced(RoomId room, long seq);
  }

  /// Refuses what cannot even be queued.
  static void refuseBusy(Submission submission) {
    submission.answer(new Outcome.Refused(Errors.error(ErrorCode.BUSY)));
  }
}
