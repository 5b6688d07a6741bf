package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.receipt.Cursors;
import parley.core.room.RoomReader;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.fanout.memory.InMemoryBus;

/// One core node's part of the log, with faults where a test wants them.
final class LogNode implements AutoCloseable {

  private final StoreTrips trips = new StoreTrips();
  final ChatDatabase database;
  final Cursors cursors;
  final LogStore store;
  final Users users;
  final Rooms rooms;
  final InMemoryBus bus = new InMemoryBus();
  final LaneParts parts;
  final RoomLog log;
  final History history;
  final Unprojected projected;
  final RoomReader reader;

  /// The time that readers go by.
  final AtomicLong nanos = new AtomicLong();

  LogNode(String uri) {
    this(uri, writer -> writer, projector -> projector);
  }

  LogNode(String uri, UnaryOperator<EntryWriter> writer, UnaryOperator<Projector> projector) {
    this.database = ChatDatabase.open(uri, false, trips);
    this.cursors = new Cursors(database);
    this.store = new LogStore(database);
    this.users = new Users(database);
    this.rooms = new Rooms(database, 500);
    this.parts =
        new LaneParts(
            store,
            new Committer(writer.apply(store), 4),
            projector.apply(
                new Projections(
                    store, rooms, new RoomEvents(users), new UserFeeds(database, bus), cursors)),
            rooms,
            users,
            new RoomEvents(users),
            new RequestKeys(database),
            new CommittedHeads(System::currentTimeMillis),
            bus,
            new AtomicInteger());
    this.log = new RoomLog(parts);
    this.history = new History(store, parts.events(), log);
    this.projected = new Unprojected(store, log, nanos::get);
    this.reader = new RoomReader(rooms, projected, false);
    log.start();
  }

  CompletableFuture<Outcome> submit(RoomId room, UserId sender, String id, Command command) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    log.submit(
        room,
        new Submission(
            sender,
            RequestName.of(id, UUID.randomUUID().toString()),
            command,
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
            answer::complete));
    return answer;
  }

  /// What an action asks the store on the thread that calls, one trip after the other.
  List<String> trips(Runnable action) {
    return trips.during(action);
  }

  Outcome.Appended done(RoomId room, UserId sender, String id, Command command) {
    return assertInstanceOf(Outcome.Appended.class, submit(room, sender, id, command).join());
  }

  @Override
  public void close() {
    log.close();
    bus.close();
    database.close();
  }
}
