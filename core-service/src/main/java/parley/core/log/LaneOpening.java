package parley.core.log;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Written;
import parley.core.room.StoredRoom;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// How a node begins to serve a room: it applies the projections that the last node to serve it may
/// have left undone, and closes holes that lasted. Blocks on the store.
final class LaneOpening {

  private static final int PAGE = 500;
  private static final long HOLE_SECONDS = 2;

  private final LaneParts parts;
  private final EntryIntake intake;

  LaneOpening(LaneParts parts, EntryIntake intake) {
    this.parts = parts;
    this.intake = intake;
  }

  /// @param run what is asked of the room; a direct room is made by the first message to a user who
  ///     exists
  /// @return null when there is no such room
  @Nullable LaneState open(RoomId id, List<Submission> run) {
    Optional<StoredRoom> found = parts.rooms().find(id);
    if (found.isEmpty() && run.stream().anyMatch(this::isToSomebody)) {
      found = Optional.of(parts.rooms().create(id, RoomKind.DIRECT, ""));
    }
    return found.map(this::opened).orElse(null);
  }

  private boolean isToSomebody(Submission submission) {
    UserId receiver = submission.receiver;
    return receiver != null && parts.users().find(receiver).isPresent();
  }

  private LaneState opened(StoredRoom room) {
    LaneState state = fold(room);
    try {
      catchUp(state);
      if (room.kind() == RoomKind.DIRECT) {
        room.id().pair().forEach(user -> letIn(state, user));
      }
      return state;
    } catch (RuntimeException e) {
      state.recent().forget();
      throw e;
    }
  }

  /// Whoever makes a direct room may end before both are in it; who was removed stays out.
  private void letIn(LaneState state, UserId user) {
    RoomId room = state.room.id();
    if (state.role(user) == Role.ROLE_UNSPECIFIED
        && parts.rooms().memberships().of(room, user).isEmpty()
        && parts.store().byDedupe(room, parts.keys().ofDirectMember(user)).isEmpty()) {
      appendMember(state, user);
    }
  }

  private void appendMember(LaneState state, UserId user) {
    Change added = new Change.MemberAdded(user, Role.MEMBER);
    RoomEvents.Names names = parts.events().names(LogEntry.SYSTEM, added);
    LogEntry entry = state.next(LogEntry.SYSTEM, parts.keys().ofDirectMember(user), added, 0);
    if (parts.committer().write(List.of(entry)) == Written.ALL) {
      var unused = intake.take(state, entry);
      var unusedEvent = Publication.send(parts, entry, names);
      return;
    }
    catchUp(state); // another node made the room at the same time, or the outcome is unknown
    if (state.role(user) == Role.ROLE_UNSPECIFIED) {
      throw new LaneFailure("direct room could not be made: " + state.room.id());
    }
  }

  private LaneState fold(StoredRoom room) {
    LogEntry newest =
        room.projectedSeq() == 0
            ? null
            : first(parts.store().read(room.id(), room.projectedSeq() - 1, room.projectedSeq(), 1));
    LogEntry last =
        newest == null
            ? null
            : parts.store().standingBefore(room.id(), newest.ordinal() + 1).orElse(null);
    boolean oldKeys = parts.store().hasDedupe(room.id(), RequestKeys.OLD);
    return new LaneState(room, parts, new LaneState.Origin(newest, last, oldKeys));
  }

  private static @Nullable LogEntry first(List<LogEntry> entries) {
    return entries.isEmpty() ? null : entries.getFirst();
  }

  /// Takes in what stands in the log above the state's head, and applies its projections.
  void catchUp(LaneState state) {
    while (true) {
      List<LogEntry> page = parts.store().read(state.room.id(), state.head(), Long.MAX_VALUE, PAGE);
      for (LogEntry entry : page) {
        if (entry.seq() != state.head() + 1) {
          closeHole(state);
          break;
        }
        var unused = intake.take(state, entry);
      }
      if (page.size() < PAGE && (page.isEmpty() || page.getLast().seq() == state.head())) {
        state.confirmed();
        return;
      }
    }
  }

  /// The position above the head is empty although entries stand beyond it. A write may still be on
  /// its way there; after a while nobody may take it any more.
  private void closeHole(LaneState state) {
    try {
      TimeUnit.SECONDS.sleep(HOLE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaneFailure("interrupted");
    }
    long seq = state.head() + 1;
    if (!parts.store().read(state.room.id(), state.head(), seq, 1).isEmpty()) {
      return;
    }
    LogEntry none = state.next(LogEntry.SYSTEM, "v:" + seq, new Change.Voided(), 0);
    if (parts.committer().write(List.of(none)) == Written.REFUSED) {
      throw new LaneFailure("a hole cannot be closed: " + none.id());
    }
  }
}
