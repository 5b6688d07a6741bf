package parley.edge.room;

import org.jspecify.annotations.Nullable;
import parley.proto.relay.LogPage;

/// What can concern a room.
sealed interface Signal {

  /// The bus brought something.
  record Published(byte[] payload) implements Signal {}

  /// Core has to be asked where the room stands.
  record Ask() implements Signal {}

  /// A connection wants in.
  record Attach(Joining joining) implements Signal {}

  /// A connection is gone.
  record Detach(Occupant member) implements Signal {}

  /// Core answered a repair; null when it did not.
  record Fetched(@Nullable LogPage page) implements Signal {}

  /// Core answered what was read for a joining connection; null when it did not.
  record Answered(Entrant entrant, @Nullable LogPage page) implements Signal {}

  /// Who waits to enter may have waited long enough.
  record PatienceOver() implements Signal {}

  /// Core says where the room stands.
  record HeadTold(long seq) implements Signal {}

  /// Time to repair, if there still is something to repair.
  record RepairDue() implements Signal {}

  /// The room may be given up if nobody is in it.
  record Retire() implements Signal {}

  /// A user that was typing may not be any more, and nobody said so.
  record TypingDue(String userId) implements Signal {}
}
