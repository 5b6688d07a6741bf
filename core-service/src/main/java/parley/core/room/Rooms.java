package parley.core.room;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
import parley.proto.chat.RoomKind;

/// Rooms in MongoDB. Every call blocks; safe for any thread.
///
/// Room: `_id`, `kind`, `name`, `createdAt`, `lastActivityAt`, `lastMessage` (a serialised
/// chat.v1.Message), `projectedSeq`, `floor`; `skipped`, positions up to `projectedSeq` whose
/// projections the store refuses for good (absent where there were never any); `deleted`, the
/// ordinals of the newest deleted messages (likewise).
public final class Rooms {

  private static final System.Logger LOG = System.getLogger(Rooms.class.getName());

  private final ChatDatabase database;
  private final Memberships memberships;

  /// @param largeRoom with more members users are not told of one by one
  public Rooms(ChatDatabase database, int largeRoom) {
    this.database = database;
    this.memberships = new Memberships(database.memberships(), largeRoom);
  }

  /// Who is a member of these rooms.
  public Memberships memberships() {
    return memberships;
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

  /// The rooms a user is a member of, most recently active first.
  public List<StoredRoom> roomsOf(UserId user, int limit) {
    return roomsOf(List.of(user), limit).getOrDefault(user, List.of());
  }

  /// The same of several users, by user; who is in none is left out. Of a user with more than 5,000
  /// memberships the newest ones count. Rooms are read whole only for those that are returned.
  public Map<UserId, List<StoredRoom>> roomsOf(Collection<UserId> users, int limit) {
    Optional<Map<UserId, List<RoomId>>> together = memberships.roomsOf(users);
    if (together.isPresent()) {
      return latest(together.get(), limit);
    }
    Map<UserId, List<StoredRoom>> rooms = new HashMap<>();
    for (UserId user : users) { // somebody has very many: one after the other, no more than needed
      List<RoomId> theirs = memberships.roomsOf(user);
      if (!theirs.isEmpty()) {
        rooms.putAll(latest(Map.of(user, theirs), limit));
      }
    }
    return rooms;
  }

  private Map<UserId, List<StoredRoom>> latest(Map<UserId, List<RoomId>> memberships, int limit) {
    Map<RoomId, Date> active = lastActivity(all(memberships));
    Map<UserId, List<RoomId>> chosen = new HashMap<>();
    memberships.forEach(
        (user, theirs) ->
            chosen.put(
                user,
                theirs.stream()
                    .filter(active::containsKey)
                    .sorted(Comparator.comparing(active::get, Comparator.reverseOrder()))
                    .limit(limit)
                    .toList()));
    Map<RoomId, StoredRoom> found = find(all(chosen));
    Map<UserId, List<StoredRoom>> rooms = new HashMap<>();
    chosen.forEach(
        (user, theirs) ->
            rooms.put(
                user,
                theirs.stream().flatMap(room -> Stream.ofNullable(found.get(room))).toList()));
    return rooms;
  }

  private static Set<RoomId> all(Map<UserId, List<RoomId>> rooms) {
    return rooms.values().stream().flatMap(List::stream).collect(Collectors.toSet());
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

  /// Writes where rooms stand, in one go; what is older than the stored state changes nothing. What
  /// is refused of one room is written of the others all the same.
  ///
  /// @throws com.mongodb.MongoBulkWriteException with those that were not written
  public void project(List<RoomProgress> progress) {
    List<WriteModel<Document>> writes = new ArrayList<>(progress.size());
    for (RoomProgress p : progress) {
      List<Bson> changes = new ArrayList<>();
      changes.add(Updates.set("projectedSeq", p.projectedSeq()));
      Message last = p.lastMessage();
      if (last == null) {
        changes.add(Updates.unset("lastMessage"));
      } else {
        changes.add(Updates.set("lastMessage", new Binary(last.toByteArray())));
        changes.add(Updates.max("lastActivityAt", new Date(last.getCreatedAtMs())));
      }
      writes.add(
          new UpdateOneModel<>(
              Filters.and(
                  Filters.eq("_id", p.room().value()),
                  Filters.lt("projectedSeq", p.projectedSeq())),
              Updates.combine(changes)));
    }
    database.rooms().bulkWrite(writes, new BulkWriteOptions().ordered(false));
  }

  /// Says that what the entry at a position changes beside the log cannot be written, and that the
  /// room goes on without it.
  public void skip(RoomId room, long seq) {
    database.rooms().updateOne(Filters.eq("_id", room.value()), Updates.addToSet("skipped", seq));
  }

  /// Says that it was written after all, or that the entry is there no more.
  public void skipNoMore(RoomId room, long seq) {
    database.rooms().updateOne(Filters.eq("_id", room.value()), Updates.pull("skipped", seq));
  }

  /// Says that a message is deleted.
  ///
  /// @param ordinal of the message
  public void deleted(RoomId room, long ordinal) {
    database
        .rooms()
        .updateOne(
            Filters.and(Filters.eq("_id", room.value()), Filters.ne("deleted", ordinal)),
            Updates.pushEach(
                "deleted", List.of(ordinal), new PushOptions().slice(-StoredRoom.MOST_DELETED)));
  }

  /// Forgets a room's last message, unless more was written meanwhile.
  public void forgetLast(StoredRoom room) {
    database
        .rooms()
        .updateOne(
            Filters.and(
                Filters.eq("_id", room.id().value()),
                Filters.eq("projectedSeq", room.projectedSeq())),
            Updates.unset("lastMessage"));
  }

  /// Says that entries up to `floor` are being removed; it never sinks.
  public void raiseFloor(RoomId room, long floor) {
    database.rooms().updateOne(Filters.eq("_id", room.value()), Updates.max("floor", floor));
  }

  /// Every room that can be read, one after the other.
  public void forEach(Consumer<StoredRoom> action) {
    database.rooms().find().forEach(document -> readable(document).ifPresent(action));
  }

  private static Optional<StoredRoom> readable(Document document) {
    try {
      return Optional.of(toRoom(document));
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "damaged: room " + document.get("_id") + ", " + UUID.randomUUID(),
          e);
      return Optional.empty();
    }
  }

  private static StoredRoom toRoom(Document document) {
    return new StoredRoom(
        new RoomId(document.getString("_id")),
        RoomKind.valueOf(document.getString("kind")),
        document.getString("name"),
        millis(document.getDate("createdAt")),
        millis(document.getDate("lastActivityAt")),
        document.getLong("projectedSeq"),
        skipped(document),
        deleted(document),
        document.getLong("floor"),
        lastMessage(document.get("lastMessage", Binary.class)));
  }

  private static Set<Long> skipped(Document document) {
    List<Long> positions = document.getList("skipped", Long.class);
    return positions == null ? Set.of() : Set.copyOf(positions);
  }

  private static List<Long> deleted(Document document) {
    List<Long> ordinals = document.getList("deleted", Long.class);
    return ordinals == null ? List.of() : List.copyOf(ordinals);
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
