package parley.edge.recovery;

import org.jspecify.annotations.Nullable;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;

/// Where a client stands: the last argument of each event of a room's log that it hears, and of the
/// word that it is in a room.
///
/// @param room of the last of them
/// @param seq of the same
/// @param watermark milliseconds since the epoch, by core's clock: everything committed before it
///     in any room of the connection had been sent already; or {@link #NONE}
/// @param mark number of the word that it is in the room; 0 = it was an event, which may stand at
///     the same position and have been heard long before
public record Offset(RoomId room, long seq, long watermark, long mark) {

  /// No watermark: what is saved of the connection while it lasts may be older than this, so that
  /// only what its edge saves at its end will do.
  public static final long NONE = -1;

  private static final char CUT = '~'; // in no room's id
  private static final int RADIX = 36;

  /// As clients keep it.
  public String text() {
    return room.value()
        + CUT
        + Long.toString(seq, RADIX)
        + CUT
        + (watermark == NONE ? "" : Long.toString(watermark, RADIX))
        + (mark == 0 ? "" : CUT + Long.toString(mark, RADIX));
  }

  /// Reads what a client gave back.
  ///
  /// @return null when it is none of ours
  public static @Nullable Offset parse(String text) {
    String[] parts = text.split("~", -1);
    if (parts.length != 3 && parts.length != 4) {
      return null;
    }
    try {
      long seq = Long.parseLong(parts[1], RADIX);
      long watermark = parts[2].isEmpty() ? NONE : Long.parseLong(parts[2], RADIX);
      long mark = parts.length == 3 ? 0 : Long.parseLong(parts[3], RADIX);
      boolean marked = mark > 0 || parts.length == 3 && mark == 0;
      return seq < 0 || watermark < NONE || parts[2].startsWith("-") || !marked
          ? null
          : new Offset(new RoomId(parts[0]), seq, watermark, mark);
    } catch (InvalidIdException | NumberFormatException e) {
      return null;
    }
  }
}
