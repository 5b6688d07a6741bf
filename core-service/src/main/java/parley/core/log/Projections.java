package parley.core.log;

import parley.contract.MessageId;
import parley.contract.UserId;
import parley.core.room.Memberships;
import parley.core.room.Rooms;
import parley.core.user.UserFeeds;
import parley.proto.chat.Role;

/// Applies what an entry changes beside the log: memberships, and the content of messages. Each
/// write names the entry's position and yields to a later one, so applying twice, or by two nodes,
/// is harmless.
final class Projections implements Projector {

  private final LogStore store;
  private final Memberships members;
  private final RoomEvents events;
  private final UserFeeds feeds;

  Projections(LogStore store, Rooms rooms, RoomEvents events, UserFeeds feeds) {
    this.store = store;
    this.members = rooms.memberships();
    this.events = events;
    this.feeds = feeds;
  }

  @Override
  public void apply(LogEntry entry) {
    switch (entry.change()) {
      case Change.Edited(MessageId target, String content) -> {
        if (!content.isEmpty()) { // else erased by a deletion, which stands further on
          store.changes().edit(target, content, entry.seq(), entry.atMs());
        }
      }
      case Change.Deleted(MessageId target) ->
          store.changes().delete(target, entry.seq(), entry.atMs());
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          store
              .changes()
              .react(target, new LogEntry.Reaction(emoji, entry.sender()), removed, entry.seq());
      case Change.MemberAdded(UserId user, Role role) -> membership(entry, user, role);
      case Change.MemberRemoved(UserId user) -> membership(entry, user, Role.ROLE_UNSPECIFIED);
      case Change.Posted p -> {}
      case Change.Voided v -> {}
    }
  }

  @Override
  public void applyLate(LogEntry entry) {
    switch (entry.change()) {
      case Change.Edited(MessageId target, String content) -> store.changes().sumUp(target);
      case Change.Reacted(MessageId target, String emoji, boolean gone) ->
          store.changes().sumUp(target);
      case Change.Deleted(MessageId target) -> {
        apply(entry); // and from the edits
        store.changes().sumUp(target);
      }
      default -> apply(entry); // the last one counts
    }
  }

  /// The member hears of it after it is so: what an edge reads then is never older.
  private void membership(LogEntry entry, UserId user, Role role) {
    members.project(entry.room(), user, role, entry.seq(), entry.atMs());
    feeds.membershipChanged(user, events.of(entry), members.areMany(entry.room()));
  }
}
