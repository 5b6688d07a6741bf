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
}
