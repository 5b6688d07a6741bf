package parley.edge.recovery;

/// From where a room is sent again.
public sealed interface Resume {

  /// Everything above a position.
  record After(long seq) implements Resume {}

  /// Everything that was committed at a time or later, above a position: some of it may have
  /// arrived already.
  ///
  /// @param joined where the connection entered the room
  /// @param sinceMs milliseconds since the epoch
  record Since(long joined, long sinceMs) implements Resume {}
}
