package parley.core.log;

import com.mongodb.MongoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import parley.contract.Errors;
import parley.contract.RoomId;
import parley.core.log.LaneJudge.Candidate;
import parley.core.log.LogStore.Written;
import parley.process.Backoff;
import parley.process.RareWarning;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;

/// Appends what a lane may record, at head + 1 and on, until it is known of each what came of it.
/// Used by the lane's thread.
///
/// A write that collides means that another node wrote: what it wrote is taken in, and the rest is
/// judged anew. A write whose outcome is unknown is repeated, identical, at the same positions; an
/// entry there with our key is ours. An entry that the store refuses is refused, and the others go
/// on without it. When an attempt whose outcome is unknown went before the refusal, what it wrote
/// may still arrive: the sender is told to ask again, not that it failed.
final class LaneAppend {

  private static final System.Logger LOG = System.getLogger(LaneAppend.class.getName());
  private static final RareWarning UNKNOWN = new RareWarning(LOG);
  private static final RareWarning UNPROJECTED = new RareWarning(LOG);
  private static final int PAGE = LaneQueue.LONGEST_RUN + 500;
  private static final int MOST_PAGES = 10;

  /// Short, since a collision is another node's success: whoever waits long finds the room as busy.
  private static final Duration SHARED_FIRST_PAUSE = Duration.ofMillis(2);

  private static final Duration SHARED_LONGEST_PAUSE = Duration.ofMillis(20);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final RoomId room;
  private final LaneParts parts;
  private final LaneJudge judge;
  private final Repeats repeats;
  private final EntryIntake intake;

  /// The outcome of a write of this run was unknown.
  private boolean unclear;

  LaneAppend(RoomId room, LaneParts parts, LaneJudge judge, Repeats repeats, EntryIntake intake) {
    this.room = room;
    this.parts = parts;
    this.judge = judge;
    this.repeats = repeats;
    this.intake = intake;
  }

  /// Blocks until each candidate was answered.
  ///
  /// @throws LaneFailure when interrupted
  void append(LaneState state, List<Candidate> candidates) {
    List<Candidate> rest = candidates;
    boolean singly = false;
    int collisions = 0;
    unclear = false;
    Backoff backoff = new Backoff(SHARED_FIRST_PAUSE, SHARED_LONGEST_PAUSE);
    while (!rest.isEmpty()) {
      List<LogEntry> entries = numbered(state, singly ? rest.subList(0, 1) : rest);
      Written written = write(entries);
      if (written == Written.ALL) {
        rest = settled(state, rest, entries);
        continue;
      }
      if (written != Written.REFUSED && ++collisions >= 3) {
        pause(backoff); // another node serves the room too
      }
      Submission first = rest.getFirst().submission();
      rest = resolved(state, rest, entries);
      if (written == Written.REFUSED) {
        rest = singly || entries.size() == 1 ? withoutRefused(rest, first) : rest;
        singly = true; // one of them is to blame, and the others are not to suffer for it
      }
    }
  }

  private List<LogEntry> numbered(LaneState state, List<Candidate> candidates) {
    List<LogEntry> entries = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      Submission submission = candidate.submission();
      entries.add(
          state.next(
              submission.sender, submission.key(parts.keys()), candidate.change(), entries.size()));
    }
    return entries;
  }

  /// Writes until the outcome is known. The identical entries go to the identical positions again:
  /// were they written meanwhile, they collide with themselves.
  private Written write(List<LogEntry> entries) {
    Backoff backoff = backoff();
    while (true) {
      Written written = parts.committer().write(entries);
      if (written != Written.UNKNOWN) {
        return written;
      }
      unclear = true;
      UNKNOWN.warn("room {0}: outcome of a write unknown, again", room);
      pause(backoff);
    }
  }

  private List<Candidate> settled(
      LaneState state, List<Candidate> candidates, List<LogEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      settle(state, entries.get(i), candidates.get(i));
    }
    return candidates.subList(entries.size(), candidates.size());
  }

  /// After a collision: which of the entries are there, and what is to be done with the rest.
  private List<Candidate> resolved(
      LaneState state, List<Candidate> candidates, List<LogEntry> entries) {
    int ours = 0;
    for (LogEntry found : tail(state)) {
      if (found.seq() != state.head() + 1) {
        break;
      }
      if (ours < entries.size() && isWritten(entries.get(ours), found)) {
        settle(state, found, candidates.get(ours));
        ours++;
      } else {
        taken(state, found);
      }
    }
    List<Submission> rest = new ArrayList<>();
    for (Candidate candidate : candidates.subList(ours, candidates.size())) {
      if (!repeats.answer(state, candidate.submission())) {
        rest.add(candidate.submission());
      }
    }
    catchUp(state);
    return judge.judge(state, rest);
  }

  private List<LogEntry> tail(LaneState state) {
    return parts.store().read(room, state.head(), Long.MAX_VALUE, PAGE);
  }

  /// Takes in what came meanwhile: between this and the next write another node has the time of one
  /// trip, and no more.
  private void catchUp(LaneState state) {
    for (int i = 0; i < MOST_PAGES; i++) {
      List<LogEntry> page = tail(state);
      for (LogEntry found : page) {
        if (found.seq() != state.head() + 1) {
          return;
        }
        taken(state, found);
      }
      if (page.isEmpty()) {
        return;
      }
    }
  }

  private static boolean isWritten(LogEntry entry, LogEntry found) {
    return entry.seq() == found.seq() && entry.dedupe().equals(found.dedupe());
  }

  private List<Candidate> withoutRefused(List<Candidate> rest, Submission refused) {
    if (rest.isEmpty() || rest.getFirst().submission() != refused) {
      return rest; // it was there all the same, or is answered
    }
    refused.refuse(unclear ? ErrorCode.UNAVAILABLE : ErrorCode.INTERNAL);
    return rest.subList(1, rest.size());
  }

  /// The entry is durable, whatever happens now. It is acknowledged and published when everybody
  /// can see what it changes: a reader who finds less than was acknowledged would find it for as
  /// long as nobody writes to the room. Where the store refuses the change for good, nobody can
  /// see it, although the entry stands: a repeat tries once more.
  private void settle(LaneState state, LogEntry entry, Candidate candidate) {
    boolean visible = taken(state, entry);
    RoomEvent event = Publication.send(parts, entry, candidate.names());
    candidate
        .submission()
        .answer(
            visible
                ? new Outcome.Appended(event, false)
                : new Outcome.Refused(Errors.error(ErrorCode.UNAVAILABLE)));
  }

  private boolean taken(LaneState state, LogEntry entry) {
    Backoff backoff = backoff();
    while (true) {
      try {
        return intake.take(state, entry);
      } catch (MongoException e) {
        UNPROJECTED.warn("{0} is projected again: {1}", entry.id(), e.toString());
        pause(backoff);
      }
    }
  }

  private static Backoff backoff() {
    return new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  }

  private static void pause(Backoff backoff) {
    if (!backoff.pause()) {
      throw new LaneFailure("interrupted");
    }
  }
}
