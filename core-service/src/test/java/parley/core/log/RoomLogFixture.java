package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;

/// A room with two members, on a store over MongoDB's wire (the embedded one, or the one that
/// MONGODB_URI names), and nodes that write to its log.
abstract class RoomLogFixture {

  static final UserId ANA = new UserId("ana");
  static final UserId BEN = new UserId("ben");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private String uri;
  final List<AutoCloseable> open = new ArrayList<>();
  final RoomId room = new RoomId("room-" + UUID.randomUUID());

  /// The one that made the room.
  Node node;

  /// The same, for tests that break others.
  LogNode sound;

  /// One core node's part of the log, for the room.
  final class Node {
    final LogNode whole = node(writer -> writer, projector -> projector);
    final ChatDatabase database = whole.database;
    final LogStore store = whole.store;
    final Users users = whole.users;
    final Rooms rooms = whole.rooms;
    final RoomLog log = whole.log;
    final History history = whole.history;

    CompletableFuture<Outcome> submit(UserId sender, String clientId, Command command) {
      return whole.submit(room, sender, clientId, command);
    }

    Outcome.Appended post(UserId sender, String clientId, String content) {
      return whole.done(room, sender, clientId, message(content));
    }

    List<Message> messages() {
      return history.messages(room, 0, 100, 0, history.head(room)).getMessagesList();
    }
  }

  @BeforeEach
  void start() throws Exception {
    String given = System.getenv("MONGODB_URI");
    if (given == null) {
      mongo = EmbeddedMongo.start(folder, 0, false);
      uri = mongo.uri();
    } else {
      uri = given;
    }
    node = new Node();
    sound = node.whole;
    node.database.createIndexes();
    for (UserId user : List.of(ANA, BEN)) {
      node.users.put(
          User.newBuilder().setId(user.value()).setUsername(user.value()).setActive(true).build());
    }
    node.rooms.create(room, RoomKind.GROUP, "Room");
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(ANA, Role.MEMBER));
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(BEN, Role.MODERATOR));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    if (mongo != null) {
      mongo.close();
    }
  }

  /// A node, with faults between it and the store.
  LogNode node(UnaryOperator<EntryWriter> writer, UnaryOperator<Projector> projector) {
    LogNode made = new LogNode(uri, writer, projector);
    open.add(made);
    return made;
  }

  static Command message(String content) {
    return new Command.Post(new Change.Posted("text", content, List.of(), ""));
  }

  static ErrorCode refusal(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).error().getCode();
  }
}
