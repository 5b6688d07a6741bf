package parley.core.receipt;

/// How far a user has come in a room. Positions of the log, and the messages counted up to there.
///
/// @param readSeq read up to here; 0 = nothing
/// @param readOrdinal messages up to there
/// @param deliveredSeq delivered up to here; never below `readSeq`
public record Cursor(long readSeq, long readOrdinal, long deliveredSeq) {

  static final Cursor NONE = new Cursor(0, 0, 0);

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
        Math.max(deliveredSeq, other.deliveredSeq));
  }
}
