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
  private final Rooms rooms;
  private final Memberships members;
  private final ReadTracker reads;
  private final RoomEvents events;
  private final UserFeeds feeds;

  /// @param reads hears who came into a room, and who wrote there
  Projections(LogStore store, Rooms rooms, RoomEvents events, UserFeeds feeds, ReadTracker reads) {
    this.store = store;
    this.rooms = rooms;
    this.reads = reads;
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
      case Change.Deleted(MessageId target, long ordinal) -> {
        store.changes().delete(target, entry.seq(), entry.atMs());
        if (ordinal > 0) {
          rooms.deleted(entry.room(), ordinal);
        }
      }
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          store
              .changes()
              .react(target, new LogEntry.Reaction(emoji, entry.sender()), removed, entry.seq());
      case Change.MemberAdded(UserId user, Role role) -> membership(entry, user, role);
      case Change.MemberRemoved(UserId user) -> membership(entry, user, Role.ROLE_UNSPECIFIED);
      case Change.Posted p -> {
        if (!entry.sender().equals(LogEntry.SYSTEM)) {
          reads.posted(entry.room(), entry.sender(), entry.seq(), entry.ordinal());
        }
      }
      case Change.Voided v -> {}
    }
  }

  @Override
  public void applyLate(LogEntry entry) {
    switch (entry.change()) {
      case Change.Edited(MessageId target, String content) -> store.changes().sumUp(target);
      case Change.Reacted(MessageId target, String emoji, boolean gone) ->
          store.changes().sumUp(target);
      case Change.Deleted(MessageId target, long ordinal) -> {
        apply(entry); // and from the edits
        store.changes().sumUp(target);
      }
      default -> apply(entry); // the last one counts
    }
  }

  /// The member hears of it after it is so: what an edge reads then is never older.
  private void membership(LogEntry entry, UserId user, Role role) {
    if (members.project(entry.room(), user, role, entry.seq(), entry.atMs())) {
      reads.joined(entry.room(), user, entry.seq(), entry.ordinal());
    }
    feeds.membershipChanged(user, events.of(entry), members.areMany(entry.room()));
  }
}
