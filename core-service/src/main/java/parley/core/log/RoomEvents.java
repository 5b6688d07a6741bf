package parley.core.log;

import com.mongodb.MongoException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.core.user.Users;
import parley.process.RareWarning;
import parley.proto.chat.MemberAdded;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.Message;
import parley.proto.chat.MessageDeleted;
import parley.proto.chat.MessageEdited;
import parley.proto.chat.MessageReacted;
import parley.proto.chat.Reaction;
import parley.proto.chat.Role;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.User;
import parley.proto.chat.Voided;

/// Entries as they travel: with the names of those who made them. Blocks on a name not in memory.
public final class RoomEvents {

  private static final System.Logger LOG = System.getLogger(RoomEvents.class.getName());
  private static final RareWarning NAMELESS = new RareWarning(LOG);

  /// Users named under one emoji; the others are a number.
  private static final int USERS_SHOWN = 20;

  private final Users users;

  public RoomEvents(Users users) {
    this.users = users;
  }

  /// Whom an entry names.
  ///
  /// @param sender null = the system
  /// @param member who comes or goes; null in any other entry
  record Names(@Nullable User sender, @Nullable User member) {}

  /// The names of an entry to be; by their ids while the store does not say them. So an entry that
  /// is durable never waits for a name.
  Names names(UserId sender, Change change) {
    return new Names(
        sender.equals(LogEntry.SYSTEM) ? null : named(sender),
        change instanceof Change.MemberAdded added ? named(added.user()) : null);
  }

  private User named(UserId user) {
    try {
      return users.shown(user);
    } catch (MongoException e) {
      NAMELESS.warn("a name is not known now: {0}", e.toString());
      return orId(null, user);
    }
  }

  /// The event of an entry.
  public RoomEvent of(LogEntry entry) {
    return of(
        entry,
        new Names(
            entry.sender().equals(LogEntry.SYSTEM) ? null : users.shown(entry.sender()),
            entry.change() instanceof Change.MemberAdded added ? users.shown(added.user()) : null));
  }

  /// The event of an entry whose names are known. Never blocks.
  RoomEvent of(LogEntry entry, Names names) {
    RoomEvent.Builder event =
        RoomEvent.newBuilder()
            .setRoomId(entry.room().value())
            .setSeq(entry.seq())
            .setCommitTimeMs(entry.atMs());
    if (names.sender != null) {
      event.setSender(names.sender);
    }
    switch (entry.change()) {
      case Change.Posted posted -> event.setMessage(message(entry, posted, event.getSender()));
      case Change.Edited(MessageId target, String content) -> edited(event, target, content);
      case Change.Deleted(MessageId target, long ordinal) ->
          event.setDeleted(MessageDeleted.newBuilder().setMessageId(target.toString()));
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          event.setReacted(
              MessageReacted.newBuilder()
                  .setMessageId(target.toString())
                  .setEmoji(emoji)
                  .setRemoved(removed));
      case Change.MemberAdded(UserId user, Role role) ->
          event.setMemberAdded(
              MemberAdded.newBuilder().setUser(orId(names.member, user)).setRole(role));
      case Change.MemberRemoved(UserId user) ->
          event.setMemberRemoved(MemberRemoved.newBuilder().setUserId(user.value()));
      case Change.Voided() -> event.setVoided(Voided.getDefaultInstance());
    }
    return event.build();
  }

  private static User orId(@Nullable User known, UserId user) {
    return known != null
        ? known
        : User.newBuilder().setId(user.value()).setUsername(user.value()).build();
  }

  /// See {@link Users#shown}.
  public User shown(UserId user) {
    return users.shown(user);
  }

  /// The message of an entry that is one.
  ///
  /// @throws IllegalArgumentException when it is not
  public Message message(LogEntry entry) {
    if (entry.change() instanceof Change.Posted posted) {
      return message(entry, posted, users.shown(entry.sender()));
    }
    throw new IllegalArgumentException("not a message: " + entry.id());
  }

  private static void edited(RoomEvent.Builder event, MessageId target, String content) {
    if (content.isEmpty()) { // erased by the deletion that follows it
      event.setVoided(Voided.getDefaultInstance());
    } else {
      event.setEdited(
          MessageEdited.newBuilder().setMessageId(target.toString()).setContent(content));
    }
  }

  private static Message message(LogEntry entry, Change.Posted posted, User sender) {
    return Message.newBuilder()
        .setId(entry.id().toString())
        .setRoomId(entry.room().value())
        .setSeq(entry.seq())
        .setOrdinal(entry.ordinal())
        .setSender(sender)
        .setMessageType(posted.messageType())
        .setContent(posted.content())
        .addAllAttachments(posted.attachments())
        .setClientMessageId(posted.clientMessageId())
        .setCreatedAtMs(entry.atMs())
        .setEditedAtMs(entry.state().editedAtMs())
        .setDeletedAtMs(entry.state().deletedAtMs())
        .addAllReactions(reactions(entry.state().reactions()))
        .build();
  }

  private static List<Reaction> reactions(List<LogEntry.Reaction> each) {
    if (each.isEmpty()) {
      return List.of();
    }
    Map<String, Reaction.Builder> byEmoji = new LinkedHashMap<>();
    for (LogEntry.Reaction one : each) {
      Reaction.Builder reaction =
          byEmoji.computeIfAbsent(one.emoji(), emoji -> Reaction.newBuilder().setEmoji(emoji));
      reaction.setCount(reaction.getCount() + 1);
      if (reaction.getUserIdsCount() < USERS_SHOWN) {
        reaction.addUserIds(one.user().value());
      }
    }
    return byEmoji.values().stream().map(Reaction.Builder::build).toList();
  }
}
