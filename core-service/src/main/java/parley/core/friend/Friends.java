package parley.core.friend;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;

/// Friendships in MongoDB: two documents each, `_id` = user, `~`, friend; `user`, `friend`. Every
/// call blocks; safe for any thread. Live connections of both learn of a change at once.
public final class Friends {

  private static final int MOST_AT_ONCE = 20_000;

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
    boolean changed = !write(insert(one, other), insert(other, one)).getUpserts().isEmpty();
    tell(changed, one, other);
    return changed;
  }

  private static WriteModel<Document> insert(UserId user, UserId friend) {
    return new UpdateOneModel<>(
        Filters.eq("_id", key(user, friend)),
        Updates.combine(
            Updates.setOnInsert("user", user.value()),
            Updates.setOnInsert("friend", friend.value())),
        new UpdateOptions().upsert(true));
  }

  private BulkWriteResult write(WriteModel<Document> one, WriteModel<Document> other) {
    return database.friendships().bulkWrite(List.of(one, other));
  }

  /// Ends a friendship.
  ///
  /// @return false when there was none
  public boolean remove(UserId one, UserId other) {
    feeds.friendsChange(one, other);
    boolean changed = write(delete(one, other), delete(other, one)).getDeletedCount() > 0;
    tell(changed, one, other);
    return changed;
  }

  private static WriteModel<Document> delete(UserId user, UserId friend) {
    return new DeleteOneModel<>(Filters.eq("_id", key(user, friend)));
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
        .find(Filters.eq("user", user.value()))
        .sort(Sorts.ascending("friend"))
        .limit(limit)
        .forEach(document -> friends.add(document.getString("friend")));
    return friends;
  }

  /// The same of several users, by user; who has none is left out.
  public Map<UserId, List<String>> of(Collection<UserId> users, int limit) {
    List<Document> found = new ArrayList<>();
    if (users.size() > 1) {
      database
          .friendships()
          .find(Filters.in("user", users.stream().map(UserId::value).toList()))
          .limit(MOST_AT_ONCE)
          .into(found);
    }
    Map<UserId, List<String>> friends = new HashMap<>();
    if (users.size() <= 1 || found.size() == MOST_AT_ONCE) {
      users.forEach(user -> friends.put(user, of(user, limit))); // somebody has very many
      return friends;
    }
    for (Document document : found) {
      friends
          .computeIfAbsent(new UserId(document.getString("user")), user -> new ArrayList<>())
          .add(document.getString("friend"));
    }
    friends.replaceAll((user, theirs) -> theirs.stream().sorted().limit(limit).toList());
    return friends;
  }

  private static String key(UserId user, UserId friend) {
    return user.value() + "~" + friend.value();
  }
}
