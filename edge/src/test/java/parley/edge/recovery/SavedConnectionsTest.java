package parley.edge.recovery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.embedded.redis.EmbeddedRedisPair;
import parley.fanout.redis.RedisAddress;
import parley.fanout.redis.RedisClients;
import parley.proto.recovery.SavedConnection;
import redis.clients.jedis.RedisClient;

/// On a real Redis: what is told as saved is there, whatever goes wrong.
@Timeout(60)
class SavedConnectionsTest {

  private static final RecoveryConfig CONFIG =
      new RecoveryConfig(true, Duration.ofMinutes(2), 1_000, 512 * 1024, List.of());

  @TempDir static Path folder;
  private static EmbeddedRedis server;
  private RedisClient redis;
  private SavedConnections saved;
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final Map<String, SavedConnection> lasting = new ConcurrentHashMap<>();

  @BeforeAll
  static void startRedis() throws Exception {
    server = EmbeddedRedis.start(folder, "--save", "");
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void open() {
    redis = RedisClients.open(RedisAddress.parse(server.url(), null, 0));
    redis.flushAll();
    saved = new SavedConnections(redis, "edge", CONFIG);
  }

  @AfterEach
  void close() {
    saved.close();
    redis.configSet("maxmemory", "0");
    redis.close();
  }

  private SavedConnections.Lasting lasting() {
    return new SavedConnections.Lasting() {
      @Override
      public Collection<String> pids() {
        return lasting.keySet();
      }

      @Override
      public void saveAgain(String pid) {
        saved.save(pid, () -> lasting.get(pid));
      }

      @Override
      public void taken(String pid) {
        taken.add(pid);
      }
    };
  }

  private static SavedConnection connection(String user, long generation) {
    return SavedConnection.newBuilder().setUserId(user).setGeneration(generation).build();
  }

  /// An edge never heard that a client goes on elsewhere.
  @Test
  void whoSavesAnEarlierGenerationHearsThatItWasTakenAndChangesNothing() {
    saved.start(lasting());
    try (SavedConnections other = new SavedConnections(redis, "other-edge", CONFIG)) {
      other.start(lasting());
      saved.save("pid", () -> connection("before", 1));
      await().until(() -> saved.find("pid") != null);
      other.save("pid", () -> connection("after", 2));
      other.flush(5_000);
      assertEquals(List.of(), taken);
      AtomicInteger told = new AtomicInteger();
      saved.save("pid", () -> connection("before", 1), told::incrementAndGet);
      await().until(() -> taken.equals(List.of("pid")));
      assertEquals(0, told.get(), "it is not saved");
      assertEquals("after", saved.find("pid").getUserId());
    }
  }

  /// A client asked two edges at once.
  @Test
  void ofTwoEdgesThatContinueTheSameConnectionOneHasIt() {
    saved.start(lasting());
    try (SavedConnections other = new SavedConnections(redis, "other-edge", CONFIG)) {
      other.start(lasting());
      saved.save("pid", () -> connection("first", 2));
      saved.flush(5_000);
      other.save("pid", () -> connection("second", 2));
      await().until(() -> taken.equals(List.of("pid")));
      saved.save("pid", () -> connection("first, later", 2));
      saved.flush(5_000);
      assertEquals("first, later", saved.find("pid").getUserId());
      assertEquals(List.of("pid"), taken);
    }
  }

  @Test
  void aSupplierThatThrowsHurtsNoOtherConnection() {
    saved.start(lasting());
    AtomicInteger told = new AtomicInteger();
    saved.save(
        "bad",
        () -> {
          throw new IllegalStateException("a session's own fault");
        },
        told::incrementAndGet);
    saved.save("good", () -> connection("ana", 1));
    await().until(() -> saved.find("good") != null);
    saved.save("later", () -> connection("ben", 1));
    await().until(() -> saved.find("later") != null);
    saved.flush(5_000);
    assertEquals(0, told.get(), "nothing was saved of it");
    assertTrue(saved.silentMillis("edge") < 5_000, "the edge's key is there");
    assertTrue(saved.alive());
  }

  @Test
  void whoeverIsToldAndThrowsHurtsNoOtherConnection() {
    saved.start(lasting());
    AtomicInteger told = new AtomicInteger();
    saved.save(
        "one",
        () -> connection("ana", 1),
        () -> {
          throw new IllegalStateException("a session's own fault");
        },
        told::incrementAndGet);
    saved.save("two", () -> connection("ben", 1), told::incrementAndGet);
    await().until(() -> told.get() == 2);
  }

  @Test
  void whatRedisRefusesIsNotToldAsSavedAndWrittenWhenItCanBe() {
    saved.start(lasting());
    await().until(() -> saved.silentMillis("edge") < 60_000);
    redis.configSet("maxmemory", "1mb");
    AtomicInteger told = new AtomicInteger();
    AtomicInteger tried = new AtomicInteger();
    saved.save(
        "pid",
        () -> {
          tried.incrementAndGet();
          return connection("ana", 1);
        },
        told::incrementAndGet);
    await().until(() -> tried.get() >= 2);
    assertEquals(0, told.get());
    assertNull(saved.find("pid"));
    redis.configSet("maxmemory", "0");
    await().until(() -> told.get() == 1);
    assertNotNull(saved.find("pid"));
  }

  /// Where it is full the edge must not look dead, or others take its connections over as they were
  /// saved last.
  @Test
  void anEdgeGoesOnBeatingWhileMemoryIsFull() {
    saved.start(lasting());
    await().until(() -> saved.silentMillis("edge") < 60_000);
    redis.configSet("maxmemory", "1mb");
    redis.pexpire("recovery-edge:{edge}", 20_000);
    await().until(() -> saved.silentMillis("edge") < 60_000);
  }

  @Test
  void allIsSavedAgainWhenRedisWasEmptied() {
    lasting.put("one", connection("ana", 1));
    lasting.put("two", connection("ben", 1));
    saved.start(lasting());
    lasting.keySet().forEach(lasting()::saveAgain);
    await().until(() -> saved.find("one") != null && saved.find("two") != null);
    redis.flushAll();
    await().until(() -> saved.find("one") != null && saved.find("two") != null);
  }

  @Test
  void aLastingConnectionIsRenewedAndAnEvictedOneComesBack() {
    lasting.put("stays", connection("ana", 1));
    lasting.put("evicted", connection("ben", 1));
    saved.start(lasting(), Duration.ofMillis(500));
    lasting.keySet().forEach(lasting()::saveAgain);
    await().until(() -> saved.find("stays") != null && saved.find("evicted") != null);
    redis.pexpire("recovery:{stays}", 30_000);
    redis.del("recovery:{evicted}");
    await().until(() -> redis.pttl("recovery:{stays}") > 60_000 && saved.find("evicted") != null);
  }

  /// A replica that takes over lacks what the master confirmed last.
  @Test
  void allIsSavedAgainAfterAFailoverThatLostWrites(@TempDir Path nodes) throws Exception {
    try (EmbeddedRedisPair pair = EmbeddedRedisPair.start(nodes);
        RedisClient client = RedisClients.open(RedisAddress.parse(pair.url(), null, 0));
        SavedConnections there = new SavedConnections(client, "edge", CONFIG)) {
      lasting.put("early", connection("ana", 1));
      there.start(
          new SavedConnections.Lasting() {
            @Override
            public void taken(String pid) {}

            @Override
            public Collection<String> pids() {
              return lasting.keySet();
            }

            @Override
            public void saveAgain(String pid) {
              there.save(pid, () -> lasting.get(pid));
            }
          });
      AtomicInteger told = new AtomicInteger();
      there.save("early", () -> lasting.get("early"), told::incrementAndGet);
      await().until(() -> told.get() == 1);
      pair.cutReplication();
      lasting.put("late", connection("ben", 1));
      there.save("late", () -> lasting.get("late"), told::incrementAndGet);
      await().until(() -> told.get() == 2);
      pair.failOver();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> there.find("late") != null && there.find("early") != null);
      assertEquals("ben", there.find("late").getUserId());
      assertTrue(there.alive());
    }
  }

  @Test
  void renewalsAreSpreadOverTheirPeriod() {
    List<String> pids = java.util.stream.IntStream.range(0, 100).mapToObj(i -> "p" + i).toList();
    Renewals renewals = new Renewals(Duration.ofSeconds(100), () -> pids, 0);
    long second = 1_000_000_000L;
    assertEquals(List.of(), renewals.due(50 * second), "the first round begins after a period");
    assertEquals(List.of(), renewals.due(100 * second));
    assertEquals(10, renewals.due(110 * second).size());
    assertEquals(40, renewals.due(150 * second).size());
    assertEquals(50, renewals.due(200 * second).size());
    assertEquals(List.of(), renewals.due(202 * second));
    assertFalse(renewals.due(203 * second).isEmpty(), "and round again");
  }
}
