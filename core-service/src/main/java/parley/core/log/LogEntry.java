package parley.core.log;

import java.util.List;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;

/// One entry of a room's log.
///
/// @param seq its position, from 1
/// @param dedupe unique in the room for ever: a second entry with it cannot be written
/// @param sender who did it; the system's own entries carry {@link #SYSTEM}
/// @param atMs commit time, never decreasing along the log
/// @param ordinal how many messages the log holds up to here
/// @param mainOrdinal how many of them are of the main line: all, until there are threads
/// @param state what later entries made of a message; {@link State#FRESH} of everything else
public record LogEntry(
    RoomId room,
    long seq,
    String dedupe,
    UserId sender,
    long atMs,
    long ordinal,
    long mainOrdinal,
    Change change,
    State state) {

  /// The sender of entries that no user made.
  public static final UserId SYSTEM = new UserId("system");

  /// The projection of later entries onto a message.
  ///
  /// @param rev position of the last change applied; 0 when none was
  /// @param editedAtMs 0 when never edited
  /// @param deletedAtMs 0 while it stands
  /// @param reactions first come first
  public record State(long rev, long editedAtMs, long deletedAtMs, List<Reaction> reactions) {
    public static final State FRESH = new State(0, 0, 0, List.of());
  }

  /// One user's emoji under a message.
  public record Reaction(String emoji, UserId user) {}

  /// The same place in the log, saying something else.
  LogEntry with(Change other, State revised) {
    return new LogEntry(room, seq, dedupe, sender, atMs, ordinal, mainOrdinal, other, revised);
  }

  /// The entry's place, and a message's public id.
  public MessageId id() {
    return new MessageId(room, seq);
  }
}
