package parley.core.log;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.room.StoredRoom;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// How a node begins to serve a room: it applies the projections that the last node to serve it may
/// have left undone, and closes holes that lasted.
final class LaneOpening {

  private static final int PAGE = 500;
  private static final long HOLE_SECONDS = 2;

  private final LaneParts parts;
  private final Projections projections;

  LaneOpening(LaneParts parts, Projections projections) {
    this.parts = parts;
    this.projections = projections;
  }

  /// @return null when there is no such room
  @Nullable LaneState open(RoomId id) {
    Optional<StoredRoom> found = parts.rooms().find(id);
    return found.isEmpty() ? null : fold(found.get());
  }

  /// Makes the direct room of two users.
  LaneState openDirect(RoomId id, UserId one, UserId other) {
    StoredRoom room = parts.rooms().create(id, RoomKind.DIRECT, "");
    LaneState state = fold(room);
    for (UserId user : List.of(one, other)) {
      if (state.role(user) == Role.ROLE_UNSPECIFIED) {
        appendMember(state, user);
      }
    }
    return state;
  }

  private void appendMember(LaneState state, UserId user) {
    Submission submission =
        new Submission(
            LogEntry.SYSTEM,
            "s:direct:" + user,
            false,
            new Command.AddMember(user, Role.MEMBER),
            null,
            Long.MAX_VALUE,
            outcome -> {});
    LogEntry entry = state.next(submission, new Change.MemberAdded(user, Role.MEMBER), 0);
    if (parts.committer().write(List.of(entry)) != LogStore.Written.ALL) {
      catchUp(state); // another node made the room at the same time, or the outcome is unknown
      if (state.role(user) == Role.ROLE_UNSPECIFIED) {
        throw new LaneFailure("direct room could not be made: " + state.room.id());
      }
      return;
    }
    projections.apply(entry);
    state.advance(entry);
    Publication.send(parts, entry);
  }

  private LaneState fold(StoredRoom room) {
    LogEntry projected =
        room.projectedSeq() == 0
            ? null
            : parts
                .store()
                .read(room.id(), room.projectedSeq() - 1, room.projectedSeq(), 1)
                .stream()
                .findFirst()
                .orElse(null);
    LaneState state = new LaneState(room, parts.rooms(), projected, parts.remembered());
    catchUp(state);
    return state;
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
        projections.apply(entry);
        state.advance(entry);
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
    Submission none =
        new Submission(
            LogEntry.SYSTEM,
            "v:" + seq,
            false,
            new Command.RemoveMember(LogEntry.SYSTEM),
            null,
            Long.MAX_VALUE,
            outcome -> {});
    parts.committer().write(List.of(state.next(none, new Change.Voided(), 0)));
  }
}
