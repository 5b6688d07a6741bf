package parley.core.user;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.bulk.BulkWriteUpsert;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.proto.chat.User;

/// Users in MongoDB, with the most recently used kept in memory for at most 30 s, so that a change
/// made through another node is seen by then. Blocks on a miss; safe for any thread.
///
/// Document: `_id` user id, `username`, `email`, `phoneNumber`, `avatar` (absent when unknown),
/// `active`, `createdAt`; of presence `isOnline`, `lastSeen`, `seenVersion`.
public final class Users {

  private static final int REMEMBERED = 50_000;
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final ChatDatabase database;
  private final Cache<String, User> memory =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FRESH).build();

  public Users(ChatDatabase database) {
    this.database = database;
  }

  /// The user; empty when there is none.
  public Optional<User> find(UserId id) {
    return Optional.ofNullable(find(List.of(id)).get(id));
  }

  /// Users by id; those that do not exist are left out.
  public Map<UserId, User> find(List<UserId> ids) {
    Map<UserId, User> found = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (UserId id : ids) {
      User user = memory.getIfPresent(id.value());
      if (user == null) {
        unknown.add(id.value());
      } else {
        found.put(id, user);
      }
    }
    if (!unknown.isEmpty()) {
      database
          .users()
          .find(Filters.in("_id", unknown))
          .forEach(d -> found.put(new UserId(d.getString("_id")), remember(toUser(d))));
    }
    return found;
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
    put(List.of(user));
    return user;
  }

  /// Creates or replaces users, in one go.
  public void put(List<User> several) {
    var unused = write(several, Users::changes);
    several.forEach(this::remember);
  }

  /// Creates users, in one go. One that exists by now stays as it is.
  ///
  /// @return all of them, as they are
  public Map<UserId, User> create(List<User> several) {
    write(several, user -> List.of(Updates.setOnInsert(firstFields(user))))
        .forEach(created -> rememberFirst(several.get(created.getIndex())));
    return find(several.stream().map(user -> new UserId(user.getId())).toList());
  }

  /// @return which of them did not exist
  private List<BulkWriteUpsert> write(List<User> several, Function<User, List<Bson>> changes) {
    List<WriteModel<Document>> writes = new ArrayList<>();
    for (User user : several) {
      writes.add(
          new UpdateOneModel<>(
              Filters.eq("_id", user.getId()),
              Updates.combine(changes.apply(user)),
              new UpdateOptions().upsert(true)));
    }
    return writes.isEmpty()
        ? List.of()
        : database.users().bulkWrite(writes, new BulkWriteOptions().ordered(false)).getUpserts();
  }

  private static List<Bson> changes(User user) {
    List<Bson> changes = new ArrayList<>();
    changes.add(Updates.set("username", user.getUsername()));
    changes.add(Updates.set("active", user.getActive()));
    changes.add(Updates.setOnInsert("createdAt", Date.from(Instant.now())));
    changes.add(knownOrNot("email", user.getEmail()));
    changes.add(knownOrNot("phoneNumber", user.getPhoneNumber()));
    changes.add(knownOrNot("avatar", user.getAvatar()));
    return changes;
  }

  private static Document firstFields(User user) {
    Document fields =
        new Document("username", user.getUsername())
            .append("active", user.getActive())
            .append("createdAt", Date.from(Instant.now()));
    if (!user.getEmail().isEmpty()) {
      fields.append("email", user.getEmail());
    }
    if (!user.getPhoneNumber().isEmpty()) {
      fields.append("phoneNumber", user.getPhoneNumber());
    }
    return fields;
  }

  /// Stores who is online and when users were last seen, in one go; an older sighting than the one
  /// stored changes nothing, nor does one of a user that does not exist.
  public void see(List<Sighting> sightings) {
    List<WriteModel<Document>> writes = new ArrayList<>();
    for (Sighting sighting : sightings) {
      writes.add(
          new UpdateOneModel<>(
              Filters.and(
                  Filters.eq("_id", sighting.user().value()),
                  Filters.or(
                      Filters.exists("seenVersion", false),
                      Filters.lt("seenVersion", sighting.version()))),
              Updates.combine(
                  Updates.set("isOnline", sighting.online()),
                  Updates.set("lastSeen", new Date(sighting.atMs())),
                  Updates.set("seenVersion", sighting.version()))));
    }
    if (!writes.isEmpty()) {
      database.users().bulkWrite(writes, new BulkWriteOptions().ordered(false));
    }
  }

  /// A user as presence saw it.
  ///
  /// @param atMs when it was seen
  /// @param version grows with every change of the user's
  public record Sighting(UserId user, boolean online, long atMs, long version) {}

  private User remember(User user) {
    memory.put(user.getId(), user);
    return user;
  }

  /// A user that was created, and may have been changed since.
  private void rememberFirst(User user) {
    memory.asMap().putIfAbsent(user.getId(), user);
  }

  private static Bson knownOrNot(String key, String value) {
    return value.isEmpty() ? Updates.unset(key) : Updates.set(key, value);
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
