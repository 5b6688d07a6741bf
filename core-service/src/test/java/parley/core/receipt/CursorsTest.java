package parley.core.receipt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.store.ChatDatabase;
import parley.embedded.mongo.EmbeddedMongo;
import parley.proto.errors.ErrorCode;

/// Cursors only rise, whoever writes them in whatever order.
@Timeout(60)
class CursorsTest {

  @TempDir static Path folder;
  private static EmbeddedMongo store;
  private static ChatDatabase database;

  private final RoomId room = new RoomId("r-" + UUID.randomUUID());
  private final UserId ana = new UserId("ana");

  @BeforeAll
  static void start() throws Exception {
    String uri = System.getenv("MONGODB_URI");
    if (uri == null) {
      store = EmbeddedMongo.start(folder, 0, false);
      uri = "mongodb://127.0.0.1:" + store.port() + "/cursors";
    }
    database = ChatDatabase.open(uri, false);
    database.createIndexes();
  }

  @AfterAll
  static void stop() {
    database.close();
    if (store != null) {
      store.close();
    }
  }

  private Document stored(UserId user) {
    return database.cursors().find(Filters.eq("_id", room.value() + "~" + user.value())).first();
  }

  /// Devices on two nodes mark positions at random; a reader looks on.
  @Test
  void underManyDevicesOnTwoNodesEachCursorIsTheHighestMarkAndNeverSinks() throws Exception {
    try (Cursors one = new Cursors(database);
        Cursors other = new Cursors(database)) {
      one.start();
      other.start();
      Map<UserId, Cursor> highest = new ConcurrentHashMap<>();
      AtomicBoolean over = new AtomicBoolean();
      List<String> sunk = new ArrayList<>();
      Thread onlooker = Thread.ofVirtual().start(() -> lookOn(over, sunk));
      List<Thread> devices = new ArrayList<>();
      for (int device = 0; device < 8; device++) {
        Random random = new Random(device);
        Cursors node = device % 2 == 0 ? one : other;
        UserId user = new UserId("u" + device % 3);
        devices.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = 0; i < 2_000; i++) {
                        long seq = 1 + random.nextInt(10_000);
                        Cursor mark =
                            random.nextBoolean()
                                ? Cursor.read(seq, seq / 2)
                                : Cursor.delivered(seq);
                        node.raise(room, user, mark);
                        highest.merge(user, mark, Cursor::max);
                      }
                    }));
      }
      for (Thread device : devices) {
        device.join();
      }
      one.flush();
      other.flush();
      over.set(true);
      onlooker.join();
      assertEquals(List.of(), sunk);
      highest.forEach(
          (user, cursor) -> {
            Document document = stored(user);
            assertEquals(cursor.readSeq(), document.getLong("readSeq"));
            assertEquals(cursor.readOrdinal(), document.getLong("readOrdinal"));
            assertEquals(cursor.deliveredSeq(), document.getLong("deliveredSeq"));
            assertTrue(cursor.deliveredSeq() >= cursor.readSeq());
          });
    }
  }

  private void lookOn(AtomicBoolean over, List<String> sunk) {
    long before = 0;
    while (!over.get()) {
      Document document = stored(new UserId("u0"));
      long now = document == null ? 0 : document.getLong("readSeq");
      if (now < before) {
        sunk.add(before + " -> " + now);
      }
      before = now;
    }
  }

  @Test
  void oneOwnMarkIsSeenBeforeItIsWritten() {
    try (Cursors cursors = new Cursors(database)) { // which does not write by itself
      cursors.raise(room, ana, Cursor.read(7, 3));
      assertEquals(7, cursors.of(ana, List.of(room)).get(room).readSeq());
      assertEquals(null, stored(ana));
    }
    assertEquals(7L, stored(ana).getLong("readSeq"), "the last ones are written at the end");
  }

  @Test
  void marksAreWrittenByThemselvesWithinTheWindow() {
    try (Cursors cursors = new Cursors(database)) {
      cursors.start();
      cursors.raise(room, ana, Cursor.read(1, 1));
      await().atMost(Duration.ofSeconds(5)).until(() -> stored(ana) != null);
      assertEquals(List.of("ana"), cursors.readers(room, 1, 10));
      assertEquals(1, cursors.countDelivered(room, 1));
      assertEquals(0, cursors.countRead(room, 2));
    }
  }

  /// Two with one position: the index will not have the second.
  @Test
  void aCursorThatTheStoreRefusesDoesNotHoldTheOthers() {
    String index =
        database
            .cursors()
            .createIndex(Indexes.ascending("room", "readOrdinal"), new IndexOptions().unique(true));
    try (Cursors cursors = new Cursors(database)) {
      cursors.raise(room, ana, Cursor.read(7, 3));
      cursors.flush();
      cursors.raise(room, new UserId("ben"), Cursor.read(7, 3));
      cursors.raise(room, new UserId("cleo"), Cursor.read(9, 4));
      assertThrows(MongoBulkWriteException.class, cursors::flush);
      assertEquals(9L, stored(new UserId("cleo")).getLong("readSeq"));
      database.cursors().deleteMany(Filters.eq("user", "cleo"));
      assertThrows(MongoBulkWriteException.class, cursors::flush);
      assertNull(stored(new UserId("cleo")), "it does not wait any more");
    } finally {
      database.cursors().dropIndex(index);
    }
  }

  /// MongoDB is away, and everybody reads on.
  @Test
  void tooManyThatWaitAreRefusedUntilTheStoreIsBack() {
    try (Cursors cursors = new Cursors(database, 2_500)) { // which does not write by itself
      for (int i = 0; i < 2_500; i++) {
        cursors.raise(room, new UserId("u" + i), Cursor.read(1, 1));
      }
      RefusedException refused =
          assertThrows(RefusedException.class, () -> cursors.raise(room, ana, Cursor.read(1, 1)));
      assertEquals(ErrorCode.BUSY, refused.error().getCode());
      cursors.raise(room, new UserId("u0"), Cursor.read(7, 7));
      cursors.flush();
      assertEquals(2_500, cursors.countRead(room, 1));
      assertEquals(1, cursors.countRead(room, 7));
      cursors.raise(room, ana, Cursor.read(1, 1));
    }
    assertEquals(1L, stored(ana).getLong("readSeq"));
  }

  @Test
  void whatWasRaisedHereIsKnownHereBeforeItIsWritten() {
    try (Cursors cursors = new Cursors(database)) {
      assertEquals(Cursor.NONE, cursors.known(room, ana));
      cursors.raise(room, ana, Cursor.read(5, 4));
      assertEquals(Cursor.read(5, 4), cursors.known(room, ana));
      cursors.raise(room, ana, Cursor.delivered(9));
      assertEquals(new Cursor(5, 4, 9), cursors.known(room, ana));
      cursors.raise(room, ana, Cursor.read(3, 2));
      assertEquals(new Cursor(5, 4, 9), cursors.known(room, ana), "it never sinks");
    }
  }
}
