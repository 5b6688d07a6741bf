package parley.core.room;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.client.FindIterable;
import com.mongodb.client.model.CountOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// Rooms and memberships in MongoDB. Every call blocks; safe for any thread.
///
/// Room: `_id`, `kind`, `name`, `createdAt`, `lastActivityAt`, `lastMessage` (a serialised
/// chat.v1.Message), `projectedSeq`, `floor`. Membership: `_id` = room, `~`, user; `room`, `user`,
/// `role` (0 for a former member), `joinedAt`, `rev` = the log position that set it.
public final class Rooms {

  private static final int SIZES_KEPT = 50_000;
  private static final Duration SIZE_FRESH = Duration.ofMinutes(1);

  /// Memberships that are read of many users at once, and of one user.
  private static final int MOST_AT_ONCE = 20_000;

  private static final int MOST_MEMBERSHIPS = 5_000;

  private final ChatDatabase database;
  private final int largeRoom;
  private final Admissions admissions = new Admissions();
  private final Cache<RoomId, Boolean> large =
      Caffeine.newBuilder().maximumSize(SIZES_KEPT).expireAfterWrite(SIZE_FRESH).build();

  /// @param largeRoom with more members users are not told of one by one
  public Rooms(ChatDatabase database, int largeRoom) {
    this.database = database;
    this.largeRoom = largeRoom;
  }

  /// Who was let in a moment ago.
  Admissions admissions() {
    return admissions;
  }

  /// The room; empty when there is none.
  public Optional<StoredRoom> find(RoomId id) {
    Document found = database.rooms().find(Filters.eq("_id", id.value())).first();
    return Optional.ofNullable(found).map(Rooms::toRoom);
  }

  /// Creates the room unless it exists; the one that exists is returned as it is.
  public StoredRoom create(RoomId id, RoomKind kind, String name) {
    Date now = new Date();
    database
        .rooms()
        .updateOne(
            Filters.eq("_id", id.value()),
            Updates.combine(
                Updates.setOnInsert("kind", kind.name()),
                Updates.setOnInsert("name", name),
                Updates.setOnInsert("createdAt", now),
                Updates.setOnInsert("lastActivityAt", now),
                Updates.setOnInsert("projectedSeq", 0L),
                Updates.setOnInsert("floor", 0L)),
            new UpdateOptions().upsert(true));
    return find(id).orElseThrow(() -> new IllegalStateException("room vanished: " + id));
  }

  /// What the user is in the room; empty when it never was a member.
  public Optional<Membership> membership(RoomId room, UserId user) {
    Document found =
        database.memberships().find(Filters.eq("_id", membershipKey(room, user))).first();
    return Optional.ofNullable(found).map(Rooms::toMembership);
  }

  /// Writes what entry `seq` of the log says of a member; an older say never overwrites a newer.
  ///
  /// @param role UNSPECIFIED ends the membership
  public void projectMembership(RoomId room, UserId user, Role role, long seq, long atMs) {
    String key = membershipKey(room, user);
    database
        .memberships()
        .updateOne(
            Filters.eq("_id", key),
            Updates.combine(
                Updates.setOnInsert("room", room.value()),
                Updates.setOnInsert("user", user.value()),
                Updates.setOnInsert("role", 0),
                Updates.setOnInsert("rev", 0L)),
            new UpdateOptions().upsert(true));
    List<Bson> changes = new ArrayList<>();
    changes.add(Updates.set("role", role.getNumber()));
    changes.add(Updates.set("rev", seq));
    if (role != Role.ROLE_UNSPECIFIED) {
      changes.add(Updates.set("joinedAt", new Date(atMs)));
    }
    database
        .memberships()
        .updateOne(
            Filters.and(Filters.eq("_id", key), Filters.lt("rev", seq)), Updates.combine(changes));
    admissions.forget(room, user);
    large.asMap().remove(room, false); // one more may make it so
  }

  /// Members in order of user id, from above `after`.
  public List<Membership> members(RoomId room, String after, int limit) {
    List<Membership> members = new ArrayList<>();
    database
        .memberships()
        .find(
            Filters.and(
                Filters.eq("room", room.value()), Filters.gt("user", after), Filters.gt("role", 0)))
        .sort(Sorts.ascending("user"))
        .limit(limit)
        .forEach(d -> members.add(toMembership(d)));
    return members;
  }

  /// Has the room more members than users are told of one by one? Remembered for a minute.
  public boolean isLarge(RoomId room) {
    Boolean known = large.getIfPresent(room);
    if (known == null) {
      known = counted(room) > largeRoom;
      large.put(room, known);
    }
    return known;
  }

  /// Counts no further than it must.
  private long counted(RoomId room) {
    return database
        .memberships()
        .countDocuments(
            Filters.and(Filters.eq("room", room.value()), Filters.gt("role", 0)),
            new CountOptions().limit(largeRoom + 1));
  }

  /// The rooms a user is a member of, most recently active first.
  public List<StoredRoom> roomsOf(UserId user, int limit) {
    return roomsOf(List.of(user), limit).getOrDefault(user, List.of());
  }

  /// The same of several users, by user; who is in none is left out. Of a user with more than 5,000
  /// memberships the newest ones count. Rooms are read whole only for those that are returned.
  public Map<UserId, List<StoredRoom>> roomsOf(Collection<UserId> users, int limit) {
    Map<UserId, List<RoomId>> memberships = membershipsOf(users);
    Map<RoomId, Date> active = lastActivity(all(memberships));
    memberships.replaceAll(
        (user, theirs) ->
            theirs.stream()
                .filter(active::containsKey)
                .sorted(Comparator.comparing(active::get, Comparator.reverseOrder()))
                .limit(limit)
                .toList());
    Map<RoomId, StoredRoom> found = find(all(memberships));
    Map<UserId, List<StoredRoom>> rooms = new HashMap<>();
    memberships.forEach(
        (user, theirs) ->
            rooms.put(
                user,
                theirs.stream().flatMap(room -> Stream.ofNullable(found.get(room))).toList()));
    return rooms;
  }

  private static Set<RoomId> all(Map<UserId, List<RoomId>> rooms) {
    return rooms.values().stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  private Map<UserId, List<RoomId>> membershipsOf(Collection<UserId> users) {
    Map<UserId, List<RoomId>> memberships = new HashMap<>();
    List<Document> found = new ArrayList<>();
    if (users.size() > 1) {
      memberships(Filters.in("user", users.stream().map(UserId::value).toList()))
          .projection(Projections.include("room", "user"))
          .limit(MOST_AT_ONCE)
          .into(found);
    }
    if (users.size() <= 1 || found.size() == MOST_AT_ONCE) {
      for (UserId user : users) { // somebody has very many
        List<RoomId> theirs =
            membershipsOf(user, MOST_MEMBERSHIPS).stream().map(Held::room).toList();
        if (!theirs.isEmpty()) {
          memberships.put(user, theirs);
        }
      }
      return memberships;
    }
    for (Document document : found) {
      memberships
          .computeIfAbsent(new UserId(document.getString("user")), user -> new ArrayList<>())
          .add(new RoomId(document.getString("room")));
    }
    return memberships;
  }

  /// A user's memberships, the newest first.
  public List<Held> membershipsOf(UserId user, int limit) {
    List<Held> held = new ArrayList<>();
    memberships(Filters.eq("user", user.value()))
        .sort(Sorts.descending("joinedAt"))
        .limit(limit)
        .forEach(
            d ->
                held.add(
                    new Held(new RoomId(d.getString("room")), d.getLong("rev"), toMembership(d))));
    return held;
  }

  /// A membership, the room, and the position in the room's log that set it.
  public record Held(RoomId room, long seq, Membership membership) {}

  private FindIterable<Document> memberships(Bson whose) {
    return database.memberships().find(Filters.and(whose, Filters.gt("role", 0)));
  }

  private Map<RoomId, Date> lastActivity(Set<RoomId> ids) {
    Map<RoomId, Date> active = new HashMap<>();
    if (!ids.isEmpty()) {
      database
          .rooms()
          .find(Filters.in("_id", ids.stream().map(RoomId::value).toList()))
          .projection(Projections.include("lastActivityAt"))
          .forEach(d -> active.put(new RoomId(d.getString("_id")), d.getDate("lastActivityAt")));
    }
    return active;
  }

  private Map<RoomId, StoredRoom> find(Collection<RoomId> ids) {
    Map<RoomId, StoredRoom> found = new HashMap<>();
    if (!ids.isEmpty()) {
      List<String> values = ids.stream().map(RoomId::value).toList();
      database
          .rooms()
          .find(Filters.in("_id", values))
          .map(Rooms::toRoom)
          .forEach(room -> found.put(room.id(), room));
    }
    return found;
  }

  /// Writes where rooms stand, in one go; what is older than the stored state changes nothing.
  public void project(List<RoomProgress> progress) {
    List<WriteModel<Document>> writes = new ArrayList<>(progress.size());
    for (RoomProgress p : progress) {
      List<Bson> changes = new ArrayList<>();
      changes.add(Updates.set("projectedSeq", p.projectedSeq()));
      Message last = p.lastMessage();
      if (last != null) {
        changes.add(Updates.set("lastMessage", new Binary(last.toByteArray())));
        changes.add(Updates.set("lastActivityAt", new Date(last.getCreatedAtMs())));
      }
      writes.add(
          new UpdateOneModel<>(
              Filters.and(
                  Filters.eq("_id", p.room().value()),
                  Filters.lt("projectedSeq", p.projectedSeq())),
              Updates.combine(changes)));
    }
    database.rooms().bulkWrite(writes);
  }

  /// Says that entries up to `floor` are being removed; it never sinks.
  public void raiseFloor(RoomId room, long floor) {
    database.rooms().updateOne(Filters.eq("_id", room.value()), Updates.max("floor", floor));
  }

  /// Every room, one after the other.
  public void forEach(Consumer<StoredRoom> action) {
    database.rooms().find().forEach(document -> action.accept(toRoom(document)));
  }

  private static String membershipKey(RoomId room, UserId user) {
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

  private static StoredRoom toRoom(Document document) {
    return new StoredRoom(
        new RoomId(document.getString("_id")),
        RoomKind.valueOf(document.getString("kind")),
        document.getString("name"),
        millis(document.getDate("createdAt")),
        millis(document.getDate("lastActivityAt")),
        document.getLong("projectedSeq"),
        document.getLong("floor"),
        lastMessage(document.get("lastMessage", Binary.class)));
  }

  private static @Nullable Message lastMessage(@Nullable Binary stored) {
    if (stored == null) {
      return null;
    }
    try {
      return Message.parseFrom(stored.getData());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      return null; // a projection: the next message writes it anew
    }
  }

  private static long millis(@Nullable Date date) {
    return date == null ? 0 : date.getTime();
  }
}
