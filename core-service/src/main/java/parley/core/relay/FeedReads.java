package parley.core.relay;

import com.mongodb.MongoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.log.LogEntry;
import parley.core.log.LogStore;
import parley.core.log.RoomEvents;
import parley.core.log.StoreFailure;
import parley.core.room.Memberships;
import parley.core.room.Rooms;
import parley.core.user.UserFeeds;
import parley.core.user.UserFeeds.Change;
import parley.proto.bus.FriendsChanged;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.MemberAdded;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.FeedPosition;
import parley.proto.relay.ReadUserFeeds;
import parley.proto.relay.UserFeed;

/// What edges have missed of users' feeds. Many users are asked for at once, most of whom have
/// missed nothing: that costs one read of their numbers. Blocks on the store; safe for any thread.
public final class FeedReads {

  private static final System.Logger LOG = System.getLogger(FeedReads.class.getName());
  private static final int MOST_USERS = 200;
  private static final int ANSWERED_IN_FULL = 20;
  private static final int MEMBERSHIPS_TOLD = 200;
  private static final int FRIENDS_TOLD = 500;

  private final UserFeeds feeds;
  private final Rooms rooms;
  private final Friends friends;
  private final LogStore store;
  private final RoomEvents events;

  public FeedReads(
      UserFeeds feeds, Rooms rooms, Friends friends, LogStore store, RoomEvents events) {
    this.feeds = feeds;
    this.rooms = rooms;
    this.friends = friends;
    this.store = store;
    this.events = events;
  }

  /// @throws RefusedException when too many are asked for
  parley.proto.relay.UserFeeds read(ReadUserFeeds asked) {
    if (asked.getUsersCount() > MOST_USERS) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "at most 200 users at once");
    }
    Map<UserId, Long> since = new HashMap<>();
    for (FeedPosition position : asked.getUsersList()) {
      since.put(new UserId(position.getUserId()), position.getSince());
    }
    Map<UserId, Long> numbers = feeds.numbers(since.keySet());
    List<UserId> behind = new ArrayList<>(since.keySet());
    behind.removeIf(user -> since.getOrDefault(user, 0L).equals(numbers.getOrDefault(user, 0L)));
    int full = Math.min(behind.size(), ANSWERED_IN_FULL);
    Map<UserId, UserFeeds.Feed> read = feeds.feeds(behind.subList(0, full));
    parley.proto.relay.UserFeeds.Builder answer = parley.proto.relay.UserFeeds.newBuilder();
    for (UserId user : behind.subList(0, full)) {
      UserFeeds.Feed feed = read.getOrDefault(user, new UserFeeds.Feed(0, List.of()));
      answer.addFeeds(answerOrNot(user, since.getOrDefault(user, 0L), feed));
    }
    for (UserId user : behind.subList(full, behind.size())) {
      answer.addFeeds(
          UserFeed.newBuilder()
              .setUserId(user.value())
              .setNumber(numbers.getOrDefault(user, 0L))
              .setNumberAlone(true));
    }
    return answer.build();
  }

  /// What cannot be read of one user is not the others' trouble.
  ///
  /// @throws MongoException when the store cannot be asked, for others neither
  private UserFeed answerOrNot(UserId user, long since, UserFeeds.Feed feed) {
    if (!feed.equals(UserFeeds.Feed.DAMAGED)) {
      try {
        return answer(user, since, feed);
      } catch (RuntimeException e) {
        if (!StoreFailure.lasts(e)) {
          throw e;
        }
        LOG.log(
            System.Logger.Level.ERROR,
            "the feed of user " + user + " cannot be read, " + UUID.randomUUID(),
            e);
      }
    }
    return UserFeed.newBuilder().setUserId(user.value()).setNotRead(true).build();
  }

  private UserFeed answer(UserId user, long since, UserFeeds.Feed feed) {
    UserFeed.Builder answer =
        UserFeed.newBuilder().setUserId(user.value()).setNumber(feed.number());
    List<Change> changes = feed.above(since);
    List<UserFeedEntry> entries = changes == null ? null : entries(since, changes);
    if (entries == null) {
      answer.setAnew(true);
      rooms
          .memberships()
          .heldBy(user, MEMBERSHIPS_TOLD)
          .forEach(m -> answer.addEntries(entry(user, m)));
    } else {
      answer.addAllEntries(entries);
    }
    if (changes == null || entries == null || changes.contains(new Change.Friends())) {
      answer.addAllFriendIds(friends.of(user, FRIENDS_TOLD));
    }
    return answer.build();
  }

  /// @return null when retention took one of them
  private @Nullable List<UserFeedEntry> entries(long since, List<Change> changes) {
    Map<MessageId, LogEntry> found = new HashMap<>();
    store.at(memberships(changes)).forEach(entry -> found.put(entry.id(), entry));
    List<UserFeedEntry> entries = new ArrayList<>();
    for (Change change : changes) {
      UserFeedEntry.Builder entry =
          UserFeedEntry.newBuilder().setNumber(since + entries.size() + 1);
      switch (change) {
        case Change.Membership(MessageId id) -> {
          LogEntry logged = found.get(id);
          if (logged == null) {
            return null;
          }
          entry.setMembership(events.of(logged)).setLarge(rooms.memberships().areMany(id.room()));
        }
        case Change.Friends() -> entry.setFriends(FriendsChanged.getDefaultInstance());
      }
      entries.add(entry.build());
    }
    return entries;
  }

  private static List<MessageId> memberships(List<Change> changes) {
    List<MessageId> ids = new ArrayList<>();
    for (Change change : changes) {
      if (change instanceof Change.Membership(MessageId id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private UserFeedEntry entry(UserId user, Memberships.Held held) {
    return UserFeedEntry.newBuilder()
        .setMembership(
            RoomEvent.newBuilder()
                .setRoomId(held.room().value())
                .setSeq(held.seq())
                .setCommitTimeMs(held.membership().joinedAtMs())
                .setMemberAdded(
                    MemberAdded.newBuilder()
                        .setUser(events.shown(user))
                        .setRole(held.membership().role())))
        .setLarge(rooms.memberships().areMany(held.room()))
        .build();
  }
}
