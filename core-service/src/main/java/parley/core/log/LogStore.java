package parley.core.log;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bson.BsonSerializationException;
import org.bson.Document;
import org.bson.conversions.Bson;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.core.store.ChatDatabase;

/// The log in MongoDB. Reads see what a majority has, from the primary; writes are majority and
/// journaled. Every call blocks; safe for any thread. The mapping is {@link LogDocuments}'; what is
/// changed in entries that exist, {@link MessageChanges}'.
public final class LogStore implements EntryWriter {

  private static final System.Logger LOG = System.getLogger(LogStore.class.getName());

  private final ChatDatabase database;
  private final MessageChanges changes;

  public LogStore(ChatDatabase database) {
    this.database = database;
    this.changes = new MessageChanges(database.log());
  }

  /// What was done to messages of this log.
  MessageChanges changes() {
    return changes;
  }

  /// What came of a write.
  enum Written {
    /// All of it is durable.
    ALL,
    /// Something in it collides with an entry that exists; parts of it may be durable.
    CONFLICT,
    /// The store will not have something in it, nor would it the next time; parts of it may be
    /// durable.
    REFUSED,
    /// The store did not say; any part of it may be durable now or later.
    UNKNOWN
  }

  /// How far a write came.
  ///
  /// @param durable entries, from the first on, that are
  /// @param rest what came of the one after them, and of all others when it is UNKNOWN; after a
  ///     CONFLICT or REFUSED the others were not tried, or none was. ALL when nothing is left
  record Appended(int durable, Written rest) {}

  /// Writes entries, of any rooms, in their order, stopping at the first that collides or is
  /// refused.
  @Override
  public Appended append(List<LogEntry> entries) {
    List<Document> documents = entries.stream().map(LogDocuments::toDocument).toList();
    try {
      if (documents.size() == 1) {
        database.log().insertOne(documents.getFirst());
      } else {
        database.log().insertMany(documents, new InsertManyOptions().ordered(true));
      }
      return new Appended(entries.size(), Written.ALL);
    } catch (MongoException | BsonSerializationException e) {
      return failed(e);
    }
  }

  private static Appended failed(RuntimeException failure) {
    Written rest =
        switch (StoreFailure.of(failure)) {
          case COLLISION -> Written.CONFLICT;
          case REFUSAL -> Written.REFUSED;
          case UNKNOWN -> Written.UNKNOWN;
        };
    if (rest == Written.REFUSED) {
      LOG.log(System.Logger.Level.ERROR, "the store refuses a write: {0}", failure.toString());
    }
    boolean counted = rest != Written.UNKNOWN && failure instanceof MongoBulkWriteException;
    return new Appended(
        counted ? ((MongoBulkWriteException) failure).getWriteErrors().getFirst().getIndex() : 0,
        rest);
  }

  /// The newest entry; empty while the log is.
  public Optional<LogEntry> newest(RoomId room) {
    return one(range(room, 0, Long.MAX_VALUE), Sorts.descending("_id"));
  }

  /// The entry at a position.
  public Optional<LogEntry> at(MessageId place) {
    Document found = database.log().find(Filters.eq("_id", place.toString())).first();
    return Optional.ofNullable(found).map(LogDocuments::toEntry);
  }

  /// The entries at positions of any rooms, in no order; those that do not exist are left out.
  public List<LogEntry> at(Collection<MessageId> places) {
    List<LogEntry> entries = new ArrayList<>();
    if (!places.isEmpty()) {
      database
          .log()
          .find(Filters.in("_id", places.stream().map(MessageId::toString).toList()))
          .forEach(d -> entries.add(LogDocuments.toEntry(d)));
    }
    return entries;
  }

  /// The entry with a dedupe key.
  Optional<LogEntry> byDedupe(RoomId room, String dedupe) {
    Document found =
        database
            .log()
            .find(Filters.and(Filters.eq("room", room.value()), Filters.eq("dedupe", dedupe)))
            .first();
    return Optional.ofNullable(found).map(LogDocuments::toEntry);
  }

  /// The entries with these dedupe keys.
  List<LogEntry> byDedupe(RoomId room, List<String> keys) {
    List<LogEntry> entries = new ArrayList<>();
    database
        .log()
        .find(Filters.and(Filters.eq("room", room.value()), Filters.in("dedupe", keys)))
        .forEach(d -> entries.add(LogDocuments.toEntry(d)));
    return entries;
  }

  /// Is there an entry whose dedupe key begins so?
  boolean hasDedupe(RoomId room, String beginning) {
    char beyond = (char) (beginning.charAt(beginning.length() - 1) + 1);
    String end = beginning.substring(0, beginning.length() - 1) + beyond;
    return database
            .log()
            .find(
                Filters.and(
                    Filters.eq("room", room.value()),
                    Filters.gte("dedupe", beginning),
                    Filters.lt("dedupe", end)))
            .projection(Projections.include("seq"))
            .first()
        != null;
  }

  /// The newest position; 0 while the log is empty.
  long head(RoomId room) {
    Document found =
        database
            .log()
            .find(range(room, 0, Long.MAX_VALUE))
            .sort(Sorts.descending("_id"))
            .limit(1)
            .projection(Projections.include("seq"))
            .first();
    return found == null ? 0 : found.getLong("seq");
  }

  /// The oldest position that is there; 0 while the log is empty.
  long oldest(RoomId room) {
    Document found =
        database
            .log()
            .find(range(room, 0, Long.MAX_VALUE))
            .sort(Sorts.ascending("_id"))
            .limit(1)
            .projection(Projections.include("seq"))
            .first();
    return found == null ? 0 : found.getLong("seq");
  }

  /// Entries above a position that change something beside the log, oldest first.
  List<LogEntry> changesAbove(RoomId room, long since, int limit) {
    List<LogEntry> entries = new ArrayList<>();
    database
        .log()
        .find(
            Filters.and(
                range(room, since, Long.MAX_VALUE), Filters.in("type", LogDocuments.CHANGES)))
        .sort(Sorts.ascending("_id"))
        .limit(limit)
        .forEach(d -> entries.add(LogDocuments.toEntry(d)));
    return entries;
  }

  /// Entries with `since` < seq <= `upTo`, oldest first.
  public List<LogEntry> read(RoomId room, long since, long upTo, int limit) {
    List<LogEntry> entries = new ArrayList<>();
    database
        .log()
        .find(range(room, since, upTo))
        .sort(Sorts.ascending("_id"))
        .limit(limit)
        .forEach(d -> entries.add(LogDocuments.toEntry(d)));
    return entries;
  }

  /// The newest entry with `since` < seq that was committed before a time.
  Optional<LogEntry> newestBefore(RoomId room, long since, long beforeMs) {
    return one(
        Filters.and(range(room, since, Long.MAX_VALUE), Filters.lt("at", new Date(beforeMs))),
        Sorts.descending("_id"));
  }

  /// Messages with an ordinal below `before`, newest first.
  public List<LogEntry> messagesBefore(RoomId room, long before, int limit) {
    List<LogEntry> entries = new ArrayList<>();
    database
        .log()
        .find(
            Filters.and(
                Filters.eq("room", room.value()),
                Filters.eq("type", LogDocuments.MESSAGE),
                Filters.lt("m", before)))
        .sort(Sorts.descending("m"))
        .limit(limit)
        .forEach(d -> entries.add(LogDocuments.toEntry(d)));
    return entries;
  }

  /// The newest message with an ordinal below `before` that was not deleted.
  Optional<LogEntry> standingBefore(RoomId room, long before) {
    return one(
        Filters.and(
            Filters.eq("room", room.value()),
            Filters.eq("type", LogDocuments.MESSAGE),
            Filters.lt("m", before),
            Filters.exists("deletedAt", false)),
        Sorts.descending("m"));
  }

  /// Removes entries with `since` < seq <= `upTo`.
  void remove(RoomId room, long since, long upTo) {
    database.log().deleteMany(range(room, since, upTo));
  }

  private Optional<LogEntry> one(Bson filter, Bson order) {
    Document found = database.log().find(filter).sort(order).limit(1).first();
    return Optional.ofNullable(found).map(LogDocuments::toEntry);
  }

  private static Bson range(RoomId room, long since, long upTo) {
    return Filters.and(
        Filters.gt("_id", MessageId.text(room, since)),
        Filters.lte("_id", MessageId.text(room, upTo)));
  }
}
