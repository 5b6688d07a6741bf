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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedisPair;
import parley.fanout.redis.RedisAddress;
import parley.fanout.redis.RedisClients;
import redis.clients.jedis.RedisClient;

/// On a real Redis: what is told as saved is there, whatever goes wrong.
class SavedConnectionsTest extends SavedConnectionsFixture {

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
      Verdicts told = new Verdicts();
      saved.save("pid", () -> connection("before", 1), told);
      await().until(() -> taken.equals(List.of("pid")));
      await().untilAsserted(() -> assertEquals(List.of("not saved"), told.heard));
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
