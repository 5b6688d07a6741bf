package parley.core.receipt;

/// How far a user has come in a room. Positions of the log, and the messages counted up to there.
///
/// @param readSeq read up to here; 0 = nothing
/// @param readOrdinal messages up to there
/// @param deliveredSeq delivered up to here; never below `readSeq`
/// @param fromSeq where it came in last: it has read nothing below; 0 = with the room
public record Cursor(long readSeq, long readOrdinal, long deliveredSeq, long fromSeq) {

  static final Cursor NONE = new Cursor(0, 0, 0);

  /// Of a user who came with the room.
  public Cursor(long readSeq, long readOrdinal, long deliveredSeq) {
    this(readSeq, readOrdinal, deliveredSeq, 0);
  }

  /// Of a user who comes in now.
  static Cursor joined(long seq, long ordinal) {
    return new Cursor(seq, ordinal, seq, seq);
  }

  static Cursor read(long seq, long ordinal) {
    return new Cursor(seq, ordinal, seq);
  }

  static Cursor delivered(long seq) {
    return new Cursor(0, 0, seq);
  }

  /// Neither sinks.
  Cursor max(Cursor other) {
    return new Cursor(
        Math.max(readSeq, other.readSeq),
        Math.max(readOrdinal, other.readOrdinal),
        Math.max(deliveredSeq, other.deliveredSeq),
        Math.max(fromSeq, other.fromSeq));
  }
}
