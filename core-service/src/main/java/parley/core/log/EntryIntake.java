package parley.core.log;

import com.mongodb.MongoException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.core.log.LaneState.Projection;
import parley.core.room.RoomProgress;
import parley.process.RareWarning;
import parley.proto.chat.Message;

/// Takes entries of a log into a lane's state: what they change beside the log is written first, so
/// that what counts as projected is. Used by the lane's thread.
final class EntryIntake {

  private static final System.Logger LOG = System.getLogger(EntryIntake.class.getName());

  private static final RareWarning AGAIN = new RareWarning(LOG);

  private final LaneParts parts;

  EntryIntake(LaneParts parts) {
    this.parts = parts;
  }

  /// Takes in the next entry. Blocks on the store.
  ///
  /// @return false when the store refuses for good what the entry changes: the log goes on without,
  ///     and so does the room, when it is sure that this entry alone is to blame
  /// @throws MongoException when it may succeed later; the state is as it was
  boolean take(LaneState state, LogEntry entry) {
    LogEntry before = state.deletesLast(entry) ? lastBefore(state) : null;
    Projection projection = projected(state, entry, before);
    state.advance(entry, projection, before);
    parts.heads().advanced(entry.room(), entry.seq());
    return projection == Projection.WRITTEN;
  }

  private @Nullable LogEntry lastBefore(LaneState state) {
    LogEntry last = state.lastMessage();
    return last == null
        ? null
        : parts.store().standingBefore(last.room(), last.ordinal()).orElse(null);
  }

  private Projection projected(LaneState state, LogEntry entry, @Nullable LogEntry before) {
    try {
      if (state.maySkip(entry.seq())) {
        parts.projector().apply(entry);
      } else {
        parts.projector().applyLate(entry); // a node may owe it, and have gone on
      }
      eraseLast(state, entry, before);
      return Projection.WRITTEN;
    } catch (RuntimeException e) {
      if (!StoreFailure.lasts(e)) {
        throw e;
      }
      Projection projection =
          StoreFailure.isOfOne(e) && skipped(state, entry) ? Projection.SKIPPED : Projection.OWED;
      LOG.log(
          System.Logger.Level.ERROR,
          "cannot be projected (" + projection + "): " + entry.id() + ", " + UUID.randomUUID(),
          e);
      return projection;
    }
  }

  /// Tries once more what the store refused, of an entry that was taken in.
  ///
  /// @return true when what it changes beside the log is to be seen
  /// @throws MongoException when it may succeed later
  boolean makeGood(LaneState state, LogEntry entry) {
    boolean skipped = state.isSkipped(entry.seq());
    if (!skipped && entry.seq() <= state.projected()) {
      return true;
    }
    try {
      parts.projector().applyLate(entry);
    } catch (RuntimeException e) {
      if (!StoreFailure.lasts(e)) {
        throw e;
      }
      AGAIN.warn("{0} cannot be projected: {1}", entry.id(), e.toString());
      return false;
    }
    if (skipped) {
      parts.rooms().skipNoMore(entry.room(), entry.seq());
      state.skippedNoMore(entry.seq());
    }
    return true;
  }

  /// Says in the room's document that it goes on without what the entry changes; that this can be
  /// written shows, too, that the store takes writes.
  private boolean skipped(LaneState state, LogEntry entry) {
    if (!state.maySkip(entry.seq())) {
      return false;
    }
    try {
      parts.rooms().skip(entry.room(), entry.seq());
      return true;
    } catch (RuntimeException e) {
      if (!StoreFailure.lasts(e)) {
        throw e;
      }
      return false;
    }
  }

  /// A deleted message's text must go from the room's last message too, and not at the next tick.
  private void eraseLast(LaneState state, LogEntry entry, @Nullable LogEntry before) {
    if (state.deletesLast(entry) && state.isProjected()) {
      Message last = before == null ? null : parts.events().message(before);
      parts.rooms().project(List.of(new RoomProgress(entry.room(), entry.seq(), last)));
    }
  }
}
