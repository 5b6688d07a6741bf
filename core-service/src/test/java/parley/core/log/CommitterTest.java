package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.core.store.ChatDatabase;
import parley.embedded.mongo.EmbeddedMongo;

@Timeout(60)
class CommitterTest {

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private ChatDatabase database;
  private LogStore store;

  @BeforeEach
  void start() throws Exception {
    mongo = EmbeddedMongo.start(folder, 0, false);
    database = ChatDatabase.open(mongo.uri(), false);
    database.createIndexes();
    store = new LogStore(database);
  }

  @AfterEach
  void stop() {
    database.close();
    mongo.close();
  }

  private static LogEntry entry(String room, long seq) {
    return entry(room, seq, "hello");
  }

  private static LogEntry entry(String room, long seq, String content) {
    return new LogEntry(
        new RoomId(room),
        seq,
        "r:" + UUID.randomUUID(),
        new UserId("ana"),
        System.currentTimeMillis(),
        seq,
        seq,
        new Change.Posted("text", content, List.of(), ""),
        LogEntry.State.FRESH);
  }

  @Test
  void anInsertStopsAtTheFirstCollision() {
    store.append(List.of(entry("b", 1)));
    LogEntry last = entry("c", 1);
    assertEquals(
        new Appended(2, Written.CONFLICT),
        store.append(List.of(entry("a", 1), entry("a", 2), entry("b", 1), last)));
    assertEquals(List.of(), store.read(last.room(), 0, 10, 10));
  }

  @Test
  void aCollisionIsTheTroubleOfItsRoomAlone() throws Exception {
    Map<RoomId, Future<Written>> outcomes = new LinkedHashMap<>();
    List<RoomId> taken = new ArrayList<>();
    try (Committer committer = new Committer(store, 1);
        ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        String room = "room-" + i;
        if (i % 3 == 1) {
          taken.add(new RoomId(room));
          store.append(List.of(entry(room, 2)));
        }
      }
      for (int i = 0; i < 300; i++) {
        List<LogEntry> two = List.of(entry("room-" + i, 1), entry("room-" + i, 2));
        outcomes.put(two.getFirst().room(), lanes.submit(() -> committer.write(two)));
      }
      for (Map.Entry<RoomId, Future<Written>> one : outcomes.entrySet()) {
        RoomId room = one.getKey();
        Written expected = taken.contains(room) ? Written.CONFLICT : Written.ALL;
        assertEquals(expected, one.getValue().get(), room.value());
        assertEquals(2, store.read(room, 0, 10, 10).size(), room.value());
      }
    }
  }

  /// The driver itself refuses it: more than the 16 MiB of a document.
  private static LogEntry tooLarge(String room) {
    return entry(room, 1, "x".repeat(17 << 20));
  }

  @Test
  void whatTheStoreRefusesIsKnownToBeRefused() {
    assertEquals(new Appended(0, Written.REFUSED), store.append(List.of(tooLarge("large"))));
  }

  @Test
  void aRefusalIsTheTroubleOfItsRoomAlone() throws Exception {
    Map<String, Future<Written>> outcomes = new LinkedHashMap<>();
    try (Committer committer = new Committer(store, 1);
        ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        String room = "room-" + i;
        LogEntry one = i == 7 ? tooLarge(room) : entry(room, 1);
        outcomes.put(room, lanes.submit(() -> committer.write(List.of(one))));
      }
      for (Map.Entry<String, Future<Written>> one : outcomes.entrySet()) {
        String room = one.getKey();
        boolean large = room.equals("room-7");
        Written written = one.getValue().get();
        // What the driver had sent before it met the large one collides with itself.
        Written expected = large ? Written.REFUSED : Written.ALL;
        assertTrue(written == expected || !large && written == Written.CONFLICT, room + written);
        assertEquals(large ? 0 : 1, store.read(new RoomId(room), 0, 10, 10).size(), room);
      }
    }
  }

  @Test
  void aFaultInAWriteIsTheTroubleOfItsRoomAloneAndLeavesNobodyWaiting() throws Exception {
    EntryWriter faulty =
        entries -> {
          if (entries.stream().anyMatch(entry -> entry.room().value().equals("bad"))) {
            throw new IllegalStateException("a fault");
          }
          return store.append(entries);
        };
    try (Committer committer = new Committer(faulty, 1);
        ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Written> bad = lanes.submit(() -> committer.write(List.of(entry("bad", 1))));
      Future<Written> good = lanes.submit(() -> committer.write(List.of(entry("good", 1))));
      assertEquals(Written.REFUSED, bad.get());
      assertEquals(Written.ALL, good.get());
      assertEquals(Written.ALL, committer.write(List.of(entry("later", 1))), "it goes on");
    }
  }
}
