package parley.core.user;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.proto.chat.User;

/// Users in MongoDB, with the most recently used kept in memory for at most 30 s, so that a change
/// made through another node is seen by then. Blocks on a miss; safe for any thread.
///
/// Document: `_id` user id, `username`, `email`, `phoneNumber`, `avatar` (absent when unknown),
/// `active`, `createdAt`.
public final class Users {

  private static final int REMEMBERED = 50_000;
  private static final long FRESH_NANOS = 30_000_000_000L;

  private record Remembered(User user, long at) {}

  private final ChatDatabase database;
  private final Map<String, Remembered> memory =
      new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Users(ChatDatabase database) {
    this.database = database;
  }

  /// The user; empty when there is none.
  public Optional<User> find(UserId id) {
    Remembered known;
    synchronized (memory) {
      known = memory.get(id.value());
    }
    if (known != null && System.nanoTime() - known.at < FRESH_NANOS) {
      return Optional.of(known.user);
    }
    Document found = database.users().find(Filters.eq("_id", id.value())).first();
    if (found == null) {
      return Optional.empty();
    }
    return Optional.of(remember(toUser(found)));
  }

  /// What is shown beside a message: id, username, avatar. A user that does not exist is shown by
  /// its id.
  public User shown(UserId id) {
    User user = find(id).orElse(null);
    if (user == null) {
      return User.newBuilder().setId(id.value()).setUsername(id.value()).build();
    }
    return user.toBuilder().clearEmail().clearPhoneNumber().build();
  }

  /// Creates or replaces a user.
  public User put(User user) {
    Document document =
        new Document("_id", user.getId())
            .append("username", user.getUsername())
            .append("active", user.getActive())
            .append("createdAt", java.util.Date.from(Instant.now()));
    appendKnown(document, "email", user.getEmail());
    appendKnown(document, "phoneNumber", user.getPhoneNumber());
    appendKnown(document, "avatar", user.getAvatar());
    database
        .users()
        .replaceOne(Filters.eq("_id", user.getId()), document, new ReplaceOptions().upsert(true));
    return remember(user);
  }

  private User remember(User user) {
    synchronized (memory) {
      memory.put(user.getId(), new Remembered(user, System.nanoTime()));
    }
    return user;
  }

  private static void appendKnown(Document document, String key, String value) {
    if (!value.isEmpty()) {
      document.append(key, value);
    }
  }

  private static User toUser(Document document) {
    String id = document.getString("_id");
    return User.newBuilder()
        .setId(id)
        .setUsername(orElse(document.getString("username"), id))
        .setEmail(orElse(document.getString("email"), ""))
        .setPhoneNumber(orElse(document.getString("phoneNumber"), ""))
        .setAvatar(orElse(document.getString("avatar"), ""))
        .setActive(document.getBoolean("active", true))
        .build();
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
