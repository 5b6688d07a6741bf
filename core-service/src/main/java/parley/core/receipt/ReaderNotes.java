package parley.core.receipt;

import parley.contract.MessageId;
import parley.contract.UserId;

/// Where other services find who has read a message.
public interface ReaderNotes {

  /// Notes a reader; the sender counts as one. Never blocks.
  void note(MessageId message, UserId sender, UserId reader);
}
