package parley.core.log;

import parley.proto.chat.RoomEvent;
import parley.proto.errors.Error;

/// What came of a command.
public sealed interface Outcome {

  /// It is in the log, durable.
  ///
  /// @param duplicate it had been there before this request
  record Appended(RoomEvent event, boolean duplicate) implements Outcome {}

  /// The room already was as asked.
  record NothingToDo() implements Outcome {}

  /// It was refused, or failed; see the code for whether a repeat can help.
  record Refused(Error error) implements Outcome {}
}
