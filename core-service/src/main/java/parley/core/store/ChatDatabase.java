package parley.core.store;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.event.CommandListener;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/// The database of users, rooms, memberships and the room log. Writes of the log use majority,
/// journaled; its reads the primary with read concern majority. The driver reconnects for ever.
public final class ChatDatabase implements AutoCloseable {

  private static final WriteConcern DURABLE = WriteConcern.MAJORITY.withJournal(true);

  private final MongoClient client;
  private final MongoDatabase database;

  private ChatDatabase(MongoClient client, MongoDatabase database) {
    this.client = client;
    this.database = database;
  }

  /// Opens a client; does not wait for the server.
  ///
  /// @param uri names the database in its path; `parley` when it names none
  /// @param allowWeak accepts a URI that asks for less durability than Parley promises (it is still
  ///     not obeyed for the log)
  /// @param listeners hear of every command, on the thread that sends it
  /// @throws IllegalArgumentException when the URI is malformed or weakens durability
  public static ChatDatabase open(String uri, boolean allowWeak, CommandListener... listeners) {
    ConnectionString address = new ConnectionString(uri);
    if (!allowWeak) {
      refuseWeak(address);
    }
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(address)
            .applyToClusterSettings(c -> c.serverSelectionTimeout(3, TimeUnit.SECONDS))
            .applyToSocketSettings(
                s -> s.connectTimeout(2, TimeUnit.SECONDS).readTimeout(4, TimeUnit.SECONDS))
            .writeConcern(DURABLE)
            .readConcern(ReadConcern.MAJORITY)
            .readPreference(ReadPreference.primary())
            .commandListenerList(List.of(listeners))
            .build();
    MongoClient client = MongoClients.create(settings);
    String name = address.getDatabase();
    return new ChatDatabase(client, client.getDatabase(name == null ? "parley" : name));
  }

  private static void refuseWeak(ConnectionString address) {
    WriteConcern asked = address.getWriteConcern();
    if (asked == null) {
      return;
    }
    boolean weakCount = asked.getWObject() instanceof Integer;
    boolean weakJournal = Boolean.FALSE.equals(asked.getJournal());
    if (weakCount || weakJournal) {
      throw new IllegalArgumentException(
          "MONGODB_URI asks for weaker durability (w, journal) than acknowledged messages need;"
              + " remove it, or set MONGODB_ALLOW_WEAK=true");
    }
  }

  /// Creates the indexes; a repeat is harmless.
  ///
  /// @throws MongoException while the server cannot be reached
  public void createIndexes() {
    log().createIndex(Indexes.ascending("room", "dedupe"), new IndexOptions().unique(true));
    log().createIndex(Indexes.ascending("room", "type", "m"));
    log().createIndex(Indexes.ascending("target"), new IndexOptions().sparse(true));
    memberships().createIndex(Indexes.ascending("user"));
    memberships().createIndex(Indexes.ascending("room", "user"));
    cursors().createIndex(Indexes.ascending("room", "readSeq"));
    cursors().createIndex(Indexes.ascending("room", "deliveredSeq"));
    friendships().createIndex(Indexes.ascending("users"));
  }

  /// True when the server answers within its time limits; blocks up to 3 s otherwise.
  public boolean reachable() {
    try {
      database.runCommand(new Document("ping", 1));
      return true;
    } catch (MongoException e) {
      return false;
    }
  }

  /// Entries of all rooms' logs. `_id` is the message id: room, `~`, seq as 16 hex digits.
  public MongoCollection<Document> log() {
    return database.getCollection("room_log");
  }

  /// One document a room.
  public MongoCollection<Document> rooms() {
    return database.getCollection("rooms");
  }

  /// One document a (room, user), also for former members.
  public MongoCollection<Document> memberships() {
    return database.getCollection("memberships");
  }

  /// One document a (room, user): how far the user has read.
  public MongoCollection<Document> cursors() {
    return database.getCollection("cursors");
  }

  /// Two documents a friendship, one from each side.
  public MongoCollection<Document> friendships() {
    return database.getCollection("friendships");
  }

  /// What the database's own nodes share, and nobody else may know.
  public MongoCollection<Document> secrets() {
    return database.getCollection("secrets");
  }

  /// One document a user: what changed of what belongs to it.
  public MongoCollection<Document> userFeeds() {
    return database.getCollection("user_feeds");
  }

  /// One document a user.
  public MongoCollection<Document> users() {
    return database.getCollection("users");
  }

  @Override
  public void close() {
    client.close();
  }
}
