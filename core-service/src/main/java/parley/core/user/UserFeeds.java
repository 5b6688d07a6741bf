package parley.core.user;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.bus.FriendsChanged;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.RoomEvent;

/// What changed of what belongs to each user, numbered 1, 2, 3, ... by MongoDB: who hears a number
/// knows whether something was missed. Every change is added after it was made, and then published.
/// Blocks on the store; safe for any thread.
///
/// Document: `_id` user id, `n` the newest number, `recent` the newest changes, the last one with
/// number `n`: a membership as the id of the log's entry that changed it, `friends` for a change of
/// friends.
public final class UserFeeds {

  private static final System.Logger LOG = System.getLogger(UserFeeds.class.getName());

  /// Changes that are kept of a user; who has missed more is told what is now.
  static final int KEPT = 100;

  /// Users told of with one tick.
  private static final int HEADS_AT_ONCE = 2_000;

  private static final String FRIENDS = "friends";

  /// A user's feed.
  ///
  /// @param recent the newest changes, oldest first
  public record Feed(long number, List<Change> recent) {

    /// One that cannot be read.
    public static final Feed DAMAGED = new Feed(-1, List.of());

    /// The changes above a number, the first one with the number after it.
    ///
    /// @return null when they are not all there, or the number was never given
    public @Nullable List<Change> above(long since) {
      long missed = number - since;
      return missed < 0 || missed > recent.size()
          ? null
          : recent.subList(recent.size() - (int) missed, recent.size());
    }
  }

  /// One change.
  public sealed interface Change {
    /// The entry of a room's log that changed a membership.
    record Membership(MessageId entry) implements Change {}

    /// Friends came or went.
    record Friends() implements Change {}
  }

  private final ChatDatabase database;
  private final BusPublisher bus;
  private final Map<UserId, Long> recentHeads = new ConcurrentHashMap<>();

  public UserFeeds(ChatDatabase database, BusPublisher bus) {
    this.database = database;
    this.bus = bus;
  }

  /// A membership of the user's was changed. A repeat for the same entry changes nothing, and is
  /// told again.
  ///
  /// @param event the entry
  /// @param large the room has more members than users are told of one by one
  public void membershipChanged(UserId user, RoomEvent event, boolean large) {
    String change = MessageId.text(new RoomId(event.getRoomId()), event.getSeq());
    tell(
        user,
        UserFeedEntry.newBuilder()
            .setNumber(addOnce(user, change))
            .setMembership(event)
            .setLarge(large));
  }

  /// The friends of two users are about to change: should this node die before {@link
  /// #friendsChanged}, their edges find out by the number. Nobody is told yet.
  public void friendsChange(UserId one, UserId other) {
    try {
      database
          .userFeeds()
          .bulkWrite(
              List.of(addition(one), addition(other)), new BulkWriteOptions().ordered(false));
    } catch (MongoBulkWriteException e) {
      for (BulkWriteError error : e.getWriteErrors()) {
        if (error.getCategory() != ErrorCategory.DUPLICATE_KEY) {
          throw e;
        }
        // Another node made the feed at the same time.
        var unused = add(error.getIndex() == 0 ? one : other, FRIENDS);
      }
      if (e.getWriteConcernError() != null) {
        throw e;
      }
    }
  }

  private static WriteModel<Document> addition(UserId user) {
    return new UpdateOneModel<>(
        Filters.eq("_id", user.value()), addition(FRIENDS), new UpdateOptions().upsert(true));
  }

  private static Bson addition(String change) {
    return Updates.combine(
        Updates.inc("n", 1L),
        Updates.pushEach("recent", List.of(change), new PushOptions().slice(-KEPT)));
  }

  /// They did.
  public void friendsChanged(UserId one, UserId other) {
    for (UserId user : List.of(one, other)) {
      tell(
          user,
          UserFeedEntry.newBuilder()
              .setNumber(add(user, FRIENDS))
              .setFriends(FriendsChanged.getDefaultInstance()));
    }
  }

  private void tell(UserId user, UserFeedEntry.Builder entry) {
    recentHeads.merge(user, entry.getNumber(), Math::max);
    bus.publish(
        new Topic.User(user.value()),
        BusEvent.newBuilder().setUserFeed(entry).build().toByteArray());
  }

  private long add(UserId user, String change) {
    Long number = tryAdd(Filters.eq("_id", user.value()), change);
    // Nobody had a feed, and another node made it at the same time: now it is there.
    return number == null ? add(user, change) : number;
  }

  private long addOnce(UserId user, String change) {
    Bson without = Filters.and(Filters.eq("_id", user.value()), Filters.ne("recent", change));
    while (true) {
      Long number = tryAdd(without, change);
      if (number != null) {
        return number;
      }
      Document found = database.userFeeds().find(Filters.eq("_id", user.value())).first();
      int place = found == null ? -1 : recent(found).indexOf(change);
      if (found != null && place >= 0) {
        return number(found) - (recent(found).size() - 1 - place);
      }
    }
  }

  /// @return null when there is a feed that the filter does not match
  private @Nullable Long tryAdd(Bson filter, String change) {
    try {
      Document after =
          database
              .userFeeds()
              .findOneAndUpdate(
                  filter,
                  addition(change),
                  new FindOneAndUpdateOptions()
                      .upsert(true)
                      .returnDocument(ReturnDocument.AFTER)
                      .projection(Projections.include("n")));
      return after == null ? null : number(after);
    } catch (MongoCommandException e) {
      if (ErrorCategory.fromErrorCode(e.getErrorCode()) == ErrorCategory.DUPLICATE_KEY) {
        return null;
      }
      throw e;
    }
  }

  /// The newest numbers; users of whom nothing has changed, or whose feed is damaged, are left out.
  public Map<UserId, Long> numbers(Collection<UserId> users) {
    Map<UserId, Long> numbers = new HashMap<>();
    database
        .userFeeds()
        .find(in(users))
        .projection(Projections.include("n"))
        .forEach(
            d -> {
              if (d.get("n") instanceof Number number) {
                numbers.put(new UserId(d.getString("_id")), number.longValue());
              }
            });
    return numbers;
  }

  /// The feeds; users of whom nothing has changed are left out, and a damaged one is {@link
  /// Feed#DAMAGED}.
  public Map<UserId, Feed> feeds(Collection<UserId> users) {
    Map<UserId, Feed> feeds = new HashMap<>();
    database
        .userFeeds()
        .find(in(users))
        .forEach(d -> feeds.put(new UserId(d.getString("_id")), feed(d)));
    return feeds;
  }

  private static Feed feed(Document document) {
    try {
      return new Feed(number(document), recent(document).stream().map(UserFeeds::change).toList());
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "damaged: the feed of user " + document.get("_id") + ", " + UUID.randomUUID(),
          e);
      return Feed.DAMAGED;
    }
  }

  private static long number(Document document) {
    return document.get("n", Number.class).longValue();
  }

  private static Bson in(Collection<UserId> users) {
    return Filters.in("_id", users.stream().map(UserId::value).toList());
  }

  private static List<String> recent(Document document) {
    List<String> recent = document.getList("recent", String.class);
    return recent == null ? List.of() : recent;
  }

  private static Change change(String stored) {
    return FRIENDS.equals(stored)
        ? new Change.Friends()
        : new Change.Membership(MessageId.parse(stored));
  }

  /// Users whose feeds this node added to since the last call, with their numbers; at most 2,000.
  public Map<UserId, Long> takeRecentHeads() {
    Map<UserId, Long> taken = new HashMap<>();
    for (UserId user : List.copyOf(recentHeads.keySet())) {
      Long number = recentHeads.remove(user);
      if (number != null) {
        taken.put(user, number);
      }
      if (taken.size() == HEADS_AT_ONCE) {
        break;
      }
    }
    return taken;
  }
}
