package parley.core.friend;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;

/// Friendships in MongoDB: one document each, `_id` = the two users in order with `~` between them;
/// `users`, the two. Every call blocks; safe for any thread. Live connections of both learn of a
/// change at once.
///
/// One document: of two requests that cross, one changes something, and there is never half a
/// friendship. What builds before 0.2 wrote, two documents each, is not read.
public final class Friends {

  private static final int MOST_AT_ONCE = 20_000;
  private static final String USERS = "users";

  private final ChatDatabase database;
  private final UserFeeds feeds;

  public Friends(ChatDatabase database, UserFeeds feeds) {
    this.database = database;
    this.feeds = feeds;
  }

  /// Makes two users friends.
  ///
  /// @return false when they were
  public boolean add(UserId one, UserId other) {
    feeds.friendsChange(one, other);
    boolean changed = insert(one, other);
    tell(changed, one, other);
    return changed;
  }

  private boolean insert(UserId one, UserId other) {
    List<String> users = Stream.of(one, other).map(UserId::value).sorted().toList();
    return database
            .friendships()
            .updateOne(
                Filters.eq("_id", key(one, other)),
                Updates.set(USERS, users),
                new UpdateOptions().upsert(true))
            .getUpsertedId()
        != null;
  }

  /// Ends a friendship.
  ///
  /// @return false when there was none
  public boolean remove(UserId one, UserId other) {
    feeds.friendsChange(one, other);
    boolean changed =
        database.friendships().deleteOne(Filters.eq("_id", key(one, other))).getDeletedCount() > 0;
    tell(changed, one, other);
    return changed;
  }

  private void tell(boolean changed, UserId one, UserId other) {
    if (changed) {
      feeds.friendsChanged(one, other);
    }
  }

  /// A user's friends, ascending.
  public List<String> of(UserId user, int limit) {
    List<String> friends = new ArrayList<>();
    database
        .friendships()
        .find(Filters.eq(USERS, user.value()))
        .limit(MOST_AT_ONCE)
        .forEach(document -> friends.add(friend(document, user.value())));
    return friends.stream().sorted().limit(limit).toList();
  }

  /// The same of several users, by user; who has none is left out.
  public Map<UserId, List<String>> of(Collection<UserId> users, int limit) {
    List<Document> found = new ArrayList<>();
    if (users.size() > 1) {
      database
          .friendships()
          .find(Filters.in(USERS, users.stream().map(UserId::value).toList()))
          .limit(MOST_AT_ONCE)
          .into(found);
    }
    Map<UserId, List<String>> friends = new HashMap<>();
    if (users.size() <= 1 || found.size() == MOST_AT_ONCE) {
      users.forEach(user -> friends.put(user, of(user, limit))); // somebody has very many
      return friends;
    }
    for (Document document : found) {
      for (String name : document.getList(USERS, String.class)) {
        UserId user = new UserId(name);
        if (users.contains(user)) {
          friends.computeIfAbsent(user, u -> new ArrayList<>()).add(friend(document, name));
        }
      }
    }
    friends.replaceAll((user, theirs) -> theirs.stream().sorted().limit(limit).toList());
    return friends;
  }

  private static String friend(Document friendship, String of) {
    List<String> users = friendship.getList(USERS, String.class);
    return users.get(users.getFirst().equals(of) ? 1 : 0);
  }

  /// The same, whichever of the two asks.
  private static String key(UserId one, UserId other) {
    return Stream.of(one, other).map(UserId::value).sorted().collect(Collectors.joining("~"));
  }
}
