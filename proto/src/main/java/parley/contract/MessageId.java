package parley.contract;

/// A place in a room's log: the room, `~`, and the position as 16 hex digits. It is the `_id` of
/// the entry in the store and, opaque to clients, the message's public id. Ids of one room sort by
/// position.
public record MessageId(RoomId room, long seq) {

  private static final int DIGITS = 16;

  /// @throws InvalidIdException when `seq` is not positive
  public MessageId {
    if (seq < 1) {
      throw new InvalidIdException("Invalid message ID");
    }
  }

  /// @throws InvalidIdException when `text` is not what {@link #toString} gives
  public static MessageId parse(String text) {
    int cut = text.length() - DIGITS - 1;
    if (cut < 1 || text.charAt(cut) != '~') {
      throw new InvalidIdException("Invalid message ID");
    }
    long seq = 0;
    for (int i = cut + 1; i < text.length(); i++) {
      int digit = "0123456789abcdef".indexOf(text.charAt(i));
      if (digit < 0) {
        throw new InvalidIdException("Invalid message ID");
      }
      seq = seq << 4 | digit;
    }
    return new MessageId(new RoomId(text.substring(0, cut)), seq);
  }

  /// The id text of a position, also of position 0, below every entry of the room.
  public static String text(RoomId room, long seq) {
    StringBuilder out = new StringBuilder(room.value().length() + DIGITS + 1);
    out.append(room.value()).append('~');
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.append("0123456789abcdef".charAt((int) (seq >>> shift) & 15));
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return text(room, seq);
  }
}
