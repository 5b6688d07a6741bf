package parley.core.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;

/// What later entries make of a message, in memory: the same that {@link Projections} writes.
final class Revisions {

  private Revisions() {}

  /// The message that an entry changes; null when it changes none.
  static @Nullable MessageId target(LogEntry entry) {
    return switch (entry.change()) {
      case Change.Edited(MessageId target, String content) -> target;
      case Change.Deleted(MessageId target, long ordinal) -> target;
      case Change.Reacted(MessageId target, String emoji, boolean removed) -> target;
      case Change.Posted p -> null;
      case Change.MemberAdded a -> null;
      case Change.MemberRemoved r -> null;
      case Change.Voided v -> null;
    };
  }

  /// The message as it is after an entry that changes it.
  static LogEntry revised(LogEntry message, LogEntry by) {
    if (!(message.change() instanceof Change.Posted posted) || by.seq() <= message.state().rev()) {
      return message;
    }
    return switch (by.change()) {
      case Change.Edited(MessageId target, String content) ->
          content.isEmpty() ? message : edited(message, posted, content, by);
      case Change.Deleted(MessageId target, long ordinal) -> deleted(message, posted, by);
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          reacted(message, new LogEntry.Reaction(emoji, by.sender()), removed, by);
      case Change.Posted p -> message;
      case Change.MemberAdded a -> message;
      case Change.MemberRemoved r -> message;
      case Change.Voided v -> message;
    };
  }

  private static LogEntry edited(
      LogEntry message, Change.Posted posted, String content, LogEntry by) {
    LogEntry.State old = message.state();
    return message.with(
        new Change.Posted(
            posted.messageType(), content, posted.attachments(), posted.clientMessageId()),
        new LogEntry.State(by.seq(), by.atMs(), old.deletedAtMs(), old.reactions()));
  }

  private static LogEntry deleted(LogEntry message, Change.Posted posted, LogEntry by) {
    return message.with(
        new Change.Posted(posted.messageType(), "", List.of(), posted.clientMessageId()),
        new LogEntry.State(by.seq(), message.state().editedAtMs(), by.atMs(), List.of()));
  }

  private static LogEntry reacted(
      LogEntry message, LogEntry.Reaction reaction, boolean removed, LogEntry by) {
    LogEntry.State old = message.state();
    List<LogEntry.Reaction> reactions = new ArrayList<>(old.reactions());
    if (removed) {
      reactions.remove(reaction);
    } else if (!reactions.contains(reaction)) {
      reactions.add(reaction);
    }
    return message.with(
        message.change(),
        new LogEntry.State(by.seq(), old.editedAtMs(), old.deletedAtMs(), List.copyOf(reactions)));
  }
}
