package parley.edge.limit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.UserId;
import parley.edge.limit.RateLimiter.Kind;
import parley.embedded.redis.EmbeddedRedis;
import redis.clients.jedis.RedisClient;

@Timeout(30)
class RateLimiterTest {

  @TempDir static Path folder;
  private static EmbeddedRedis server;
  private static RedisClient redis;

  @BeforeAll
  static void startRedis() throws Exception {
    server = EmbeddedRedis.start(folder, "--save", "");
    redis = RedisClient.builder().hostAndPort("127.0.0.1", server.port()).build();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    server.close();
  }

  private static RateLimiter limiter(int messages, Duration window, boolean failOpen) {
    return new RateLimiter(new LimitConfig(true, messages, 300, window, failOpen), redis);
  }

  private static int allowed(RateLimiter limiter, UserId user, int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; i++) {
      allowed += limiter.allow(user, Kind.MESSAGES) ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void theBudgetIsExactOnOneEdgeAndApartForUsersAndKinds() {
    RateLimiter limiter = limiter(30, Duration.ofMinutes(1), true);
    assertEquals(30, allowed(limiter, new UserId("one"), 100));
    assertEquals(30, allowed(limiter, new UserId("other"), 100));
    assertTrue(limiter.allow(new UserId("one"), Kind.OTHERS));
  }

  @Test
  void theClusterNeverAllowsMoreThanTheBudget() {
    UserId user = new UserId("on-two-edges");
    RateLimiter one = limiter(30, Duration.ofMinutes(1), true);
    RateLimiter other = limiter(30, Duration.ofMinutes(1), true);
    int total = 0;
    for (int i = 0; i < 100; i++) {
      total += allowed(one, user, 1) + allowed(other, user, 1);
    }
    assertEquals(30, total);
  }

  @Test
  void aNewWindowBringsANewBudget() {
    UserId user = new UserId("patient");
    RateLimiter limiter = limiter(5, Duration.ofMillis(300), true);
    assertEquals(5, allowed(limiter, user, 10));
    await().until(() -> limiter.allow(user, Kind.MESSAGES));
  }

  @Test
  void manyUsersAtOnceEachGetTheirOwnBudget() throws Exception {
    RateLimiter limiter = limiter(2, Duration.ofMinutes(1), true);
    try (var users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> all =
          IntStream.range(0, 1_000)
              .<Callable<Integer>>mapToObj(i -> () -> allowed(limiter, new UserId("crowd-" + i), 5))
              .toList();
      for (Future<Integer> one : users.invokeAll(all)) {
        assertEquals(2, one.get());
      }
    }
  }

  @Test
  void whoeverAsksAtTheEndIsAnsweredAsIfRedisWereAway() {
    RateLimiter limiter = limiter(5, Duration.ofMinutes(1), false);
    limiter.close();
    assertFalse(limiter.allow(new UserId("late"), Kind.MESSAGES));
  }

  @Test
  void withoutRedisItFailsOpenOrClosedAsConfigured() throws Exception {
    try (RedisClient nobody =
        RedisClient.builder().hostAndPort("127.0.0.1", EmbeddedRedis.freePort()).build()) {
      LimitConfig open = new LimitConfig(true, 5, 5, Duration.ofMinutes(1), true);
      LimitConfig closed = new LimitConfig(true, 5, 5, Duration.ofMinutes(1), false);
      assertTrue(new RateLimiter(open, nobody).allow(new UserId("u"), Kind.MESSAGES));
      assertFalse(new RateLimiter(closed, nobody).allow(new UserId("u"), Kind.MESSAGES));
    }
  }
}
