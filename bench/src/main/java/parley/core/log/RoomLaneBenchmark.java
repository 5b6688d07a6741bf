package parley.core.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.receipt.Cursors;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.memory.InMemoryBus;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.chat.User;

/// Sixty-four messages for one room, until each is durable in the embedded store and published.
@State(Scope.Benchmark)
public class RoomLaneBenchmark {

  private static final int MESSAGES = 64;
  private static final UserId ANA = new UserId("ana");
  private static final RoomId ROOM = new RoomId("bench");

  private final EmbeddedMongo mongo;
  private final ChatDatabase database;
  private final InMemoryBus bus = new InMemoryBus();
  private final RoomLog log;

  public RoomLaneBenchmark() {
    mongo = store();
    database = ChatDatabase.open(mongo.uri(), false);
    database.createIndexes();
    Users users = new Users(database);
    Rooms rooms = new Rooms(database, 500);
    log =
        new RoomLog(
            new LogStore(database),
            rooms,
            users,
            new RequestKeys(database),
            bus,
            new UserFeeds(database, bus),
            new Cursors(database),
            4);
    log.start();
    users.put(User.newBuilder().setId("ana").setUsername("Ana").setActive(true).build());
    rooms.create(ROOM, RoomKind.GROUP, "Bench");
    // The lane keeps the order: Ana is in before she says anything.
    submit(LogEntry.SYSTEM, new Command.AddMember(ANA, Role.MEMBER), new CountDownLatch(1));
  }

  private static EmbeddedMongo store() {
    try {
      return EmbeddedMongo.start(Files.createTempDirectory("parley-jmh-"), 0, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TearDown
  public void close() {
    log.close();
    bus.close();
    database.close();
    mongo.close();
  }

  /// For each message.
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long sentUntilDurable() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
      submit(ANA, new Command.Post(new Change.Posted("text", "hello", List.of(), "")), answered);
    }
    answered.await();
    return answered.getCount();
  }

  private void submit(UserId user, Command command, CountDownLatch answered) {
    log.submit(
        ROOM,
        new Submission(
            user,
            RequestName.minted("r:" + UUID.randomUUID()),
            command,
            null,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(10),
            outcome -> answered.countDown()));
  }
}
