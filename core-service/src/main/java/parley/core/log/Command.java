package parley.core.log;

import parley.contract.MessageId;
import parley.contract.UserId;
import parley.proto.chat.Role;

/// What a room can be asked to record.
public sealed interface Command {

  /// A message by a member.
  record Post(Change.Posted message) implements Command {}

  /// New content for a message, by its author or a moderator.
  record Edit(MessageId target, String content) implements Command {}

  /// The end of a message, by its author or a moderator.
  record Delete(MessageId target) implements Command {}

  /// A reaction of a member, or its end.
  record React(MessageId target, String emoji, boolean remove) implements Command {}

  /// A membership, by the system.
  record AddMember(UserId user, Role role) implements Command {}

  /// The end of a membership, by the system.
  record RemoveMember(UserId user) implements Command {}

  /// What the log says once it was done.
  default Change asChange() {
    return switch (this) {
      case Post(Change.Posted message) -> message;
      case Edit(MessageId target, String content) -> new Change.Edited(target, content);
      case Delete(MessageId target) ->
          new Change.Deleted(target, 0); // its number is found when it is judged
      case React(MessageId target, String emoji, boolean remove) ->
          new Change.Reacted(target, emoji, remove);
      case AddMember(UserId user, Role role) -> new Change.MemberAdded(user, role);
      case RemoveMember(UserId user) -> new Change.MemberRemoved(user);
    };
  }

  /// Does it ask for something else than what made that entry? Not said of an entry whose own text
  /// is gone, because it was edited or deleted since.
  default boolean differsFrom(LogEntry first) {
    return switch (this) {
      case Post(Change.Posted message) ->
          first.state().editedAtMs() == 0
              && first.state().deletedAtMs() == 0
              && !message.equals(first.change());
      case Edit(MessageId target, String content) ->
          first.change() instanceof Change.Edited(MessageId same, String before)
              && !before.isEmpty()
              && !before.equals(content);
      default -> false; // there is nothing else to say under one key
    };
  }

  /// Could a request for this have made that entry? Its text may be another.
  default boolean couldHaveMade(Change change) {
    return switch (this) {
      case Post p -> change instanceof Change.Posted;
      case Edit edit ->
          change instanceof Change.Edited edited && edited.target().equals(edit.target);
      case Delete d -> asChange().equals(change);
      case React r -> asChange().equals(change);
      case AddMember a -> asChange().equals(change);
      case RemoveMember r -> asChange().equals(change);
    };
  }
}
