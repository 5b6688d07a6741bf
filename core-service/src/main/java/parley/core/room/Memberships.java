package parley.core.room;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.ErrorCategory;
import com.mongodb.MongoWriteException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.Role;

/// Who is a member of which room, in MongoDB. Every call blocks; safe for any thread.
///
/// Membership: `_id` = room, `~`, user; `room`, `user`, `role` (0 for a former member), `joinedAt`,
/// `rev` = the log position that set it.
public final class Memberships {

  private static final int SIZES_KEPT = 50_000;
  private static final Duration SIZE_FRESH = Duration.ofMinutes(1);

  /// Memberships that are read of many users at once, and of one user.
  private static final int MOST_AT_ONCE = 20_000;

  private static final int MOST_MEMBERSHIPS = 5_000;

  /// A membership, the room, and the position in the room's log that set it.
  public record Held(RoomId room, long seq, Membership membership) {}

  private final MongoCollection<Document> stored;
  private final int largeRoom;
  private final Admissions admissions = new Admissions();
  private final Cache<RoomId, Boolean> large =
      Caffeine.newBuilder().maximumSize(SIZES_KEPT).expireAfterWrite(SIZE_FRESH).build();

  Memberships(MongoCollection<Document> stored, int largeRoom) {
    this.stored = stored;
    this.largeRoom = largeRoom;
  }

  /// Who was let in a moment ago.
  Admissions admissions() {
    return admissions;
  }

  /// What the user is in the room; empty when it never was a member.
  public Optional<Membership> of(RoomId room, UserId user) {
    Document found = stored.find(Filters.eq("_id", key(room, user))).first();
    return Optional.ofNullable(found).map(Memberships::toMembership);
  }

  /// Writes what entry `seq` of the log says of a member; an older say never overwrites a newer.
  ///
  /// @param role UNSPECIFIED ends the membership
  /// @return true when the user came in by it: it was no member before
  public boolean project(RoomId room, UserId user, Role role, long seq, long atMs) {
    Bson older = Filters.and(Filters.eq("_id", key(room, user)), Filters.lt("rev", seq));
    Bson said =
        Updates.combine(
            Updates.set("role", role.getNumber()),
            Updates.set("rev", seq),
            Updates.setOnInsert("room", room.value()),
            Updates.setOnInsert("user", user.value()));
    boolean ends = role == Role.ROLE_UNSPECIFIED;
    boolean came =
        !ends
            && upserted(
                Filters.and(older, Filters.lte("role", 0)),
                Updates.combine(said, Updates.set("joinedAt", new Date(atMs))));
    if (!came && !(ends && upserted(older, said))) {
      stored.updateOne(older, said); // another role, or an older say
    }
    admissions.forget(room, user);
    large.asMap().remove(room, false); // one more may make it so
    return came;
  }

  /// @return false when the membership is there and does not match, or is being made by another
  /// node
  private boolean upserted(Bson filter, Bson changes) {
    try {
      stored.updateOne(filter, changes, new UpdateOptions().upsert(true));
      return true;
    } catch (MongoWriteException e) {
      if (e.getError().getCategory() != ErrorCategory.DUPLICATE_KEY) {
        throw e;
      }
      return false;
    }
  }

  /// Members in order of user id, from above `after`.
  public List<Membership> in(RoomId room, String after, int limit) {
    List<Membership> members = new ArrayList<>();
    stored
        .find(
            Filters.and(
                Filters.eq("room", room.value()), Filters.gt("user", after), Filters.gt("role", 0)))
        .sort(Sorts.ascending("user"))
        .limit(limit)
        .forEach(d -> members.add(toMembership(d)));
    return members;
  }

  /// Has the room more members than users are told of one by one? Remembered for a minute.
  public boolean areMany(RoomId room) {
    Boolean known = large.getIfPresent(room);
    if (known == null) {
      known = counted(room) > largeRoom;
      large.put(room, known);
    }
    return known;
  }

  /// Counts no further than it must.
  private long counted(RoomId room) {
    return stored.countDocuments(
        Filters.and(Filters.eq("room", room.value()), Filters.gt("role", 0)),
        new CountOptions().limit(largeRoom + 1));
  }

  /// The rooms of several users, by user; who is in none is left out. Empty when they are in very
  /// many together.
  Optional<Map<UserId, List<RoomId>>> roomsOf(Collection<UserId> users) {
    if (users.size() == 1) {
      UserId user = users.iterator().next();
      List<RoomId> theirs = roomsOf(user);
      return Optional.of(theirs.isEmpty() ? Map.of() : Map.of(user, theirs));
    }
    List<Document> found = new ArrayList<>();
    current(Filters.in("user", users.stream().map(UserId::value).toList()))
        .projection(Projections.include("room", "user"))
        .limit(MOST_AT_ONCE)
        .into(found);
    if (found.size() == MOST_AT_ONCE) {
      return Optional.empty();
    }
    Map<UserId, List<RoomId>> rooms = new HashMap<>();
    for (Document document : found) {
      rooms
          .computeIfAbsent(new UserId(document.getString("user")), user -> new ArrayList<>())
          .add(new RoomId(document.getString("room")));
    }
    return Optional.of(rooms);
  }

  /// The rooms of one user: the 5,000 that they came into last.
  List<RoomId> roomsOf(UserId user) {
    return heldBy(user, MOST_MEMBERSHIPS).stream().map(Held::room).toList();
  }

  /// A user's memberships, the newest first.
  public List<Held> heldBy(UserId user, int limit) {
    List<Held> held = new ArrayList<>();
    current(Filters.eq("user", user.value()))
        .sort(Sorts.descending("joinedAt"))
        .limit(limit)
        .forEach(
            d ->
                held.add(
                    new Held(new RoomId(d.getString("room")), d.getLong("rev"), toMembership(d))));
    return held;
  }

  private FindIterable<Document> current(Bson whose) {
    return stored.find(Filters.and(whose, Filters.gt("role", 0)));
  }

  private static String key(RoomId room, UserId user) {
    return room.value() + "~" + user.value();
  }

  private static Membership toMembership(Document document) {
    return new Membership(
        new UserId(document.getString("user")),
        role(document.getInteger("role", 0)),
        millis(document.getDate("joinedAt")),
        Objects.requireNonNullElse(document.getLong("rev"), 0L));
  }

  private static Role role(int number) {
    Role role = Role.forNumber(number);
    return role == null ? Role.ROLE_UNSPECIFIED : role;
  }

  private static long millis(@Nullable Date date) {
    return date == null ? 0 : date.getTime();
  }
}
