package parley.core.log;

import parley.proto.chat.RoomEvent;
import parley.proto.errors.Error;

/// What came of a command.
public sealed interface Outcome {

  /// It is in the log, durable.
  ///
  /// @param duplicate it had been there before this request
  /// @param conflict what is there says something else than this request
  record Appended(RoomEvent event, boolean duplicate, boolean conflict) implements Outcome {

    Appended(RoomEvent event, boolean duplicate) {
      this(event, duplicate, false);
    }
  }

  /// The room already was as asked.
  record NothingToDo() implements Outcome {}

  /// It was refused, or failed; see the code for whether a repeat can help.
  record Refused(Error error) implements Outcome {}
}
