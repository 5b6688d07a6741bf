package parley.core.log;

import java.util.List;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.proto.chat.Attachment;
import parley.proto.chat.Role;

/// What an entry of the log says.
public sealed interface Change {

  /// A message, as it was sent or, in what is read later, as it is now.
  record Posted(
      String messageType, String content, List<Attachment> attachments, String clientMessageId)
      implements Change {}

  /// A message's content was replaced. Empty content: erased by a later deletion.
  record Edited(MessageId target, String content) implements Change {}

  /// A message was deleted.
  ///
  /// @param ordinal of the message; 0 in entries of old
  record Deleted(MessageId target, long ordinal) implements Change {}

  /// A user reacted to a message, or took that back.
  record Reacted(MessageId target, String emoji, boolean removed) implements Change {}

  /// A user became a member, or got another role.
  record MemberAdded(UserId user, Role role) implements Change {}

  /// A user is no member any more.
  record MemberRemoved(UserId user) implements Change {}

  /// A position that nothing took.
  record Voided() implements Change {}
}
