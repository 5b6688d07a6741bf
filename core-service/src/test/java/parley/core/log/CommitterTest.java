package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    return new LogEntry(
        new RoomId(room),
        seq,
        "r:" + UUID.randomUUID(),
        new UserId("ana"),
        System.currentTimeMillis(),
        seq,
        new Change.Posted("text", "hello", List.of(), ""),
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
}
