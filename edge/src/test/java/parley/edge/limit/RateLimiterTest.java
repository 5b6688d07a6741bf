package parley.edge.limit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // the clock may turn over
    AtomicInteger granted = new AtomicInteger(3);
    RateLimiter limiter = limiter(nanos, key -> completed(new Leases.Lease(granted.get(), 60_000)));
    UserId user = new UserId("patient");
    assertTrue(limiter.allow(user, Kind.MESSAGES));
    granted.set(0);
    assertEquals(2, allowed(limiter, user, 10));
    granted.set(1);
    assertEquals(0, allowed(limiter, user, 10), "spent until the window ends");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
    assertTrue(limiter.allow(user, Kind.MESSAGES));
  }

  @Test
  void aSpentBudgetIsNotAskedForAgainInItsWindow() {
    AtomicInteger asked = new AtomicInteger();
    RateLimiter limiter =
        limiter(
            new AtomicLong(),
            key -> {
              asked.incrementAndGet();
              return completed(new Leases.Lease(0, 60_000));
            });
    assertEquals(0, allowed(limiter, new UserId("eager"), 1_000));
    assertEquals(1, asked.get());
  }

  @Test
  void whileOneAsksTheOthersWaitAndHoldUpNobodyElse() throws Exception {
    CompletableFuture<Leases.Lease> slow = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    RateLimiter limiter =
        limiter(
            new AtomicLong(),
            key -> {
              asked.incrementAndGet();
              return key.contains("slow") ? slow : completed(new Leases.Lease(1, 60_000));
            });
    try (var users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> waiting =
          IntStream.range(0, 5)
              .mapToObj(i -> users.submit(() -> limiter.allow(new UserId("slow"), Kind.MESSAGES)))
              .toList();
      await().until(() -> asked.get() == 1);
      assertTrue(limiter.allow(new UserId("quick"), Kind.MESSAGES));
      slow.complete(new Leases.Lease(5, 60_000));
      for (Future<Boolean> one : waiting) {
        assertTrue(one.get());
      }
    }
    assertEquals(2, asked.get());
  }

  /// Else some of it would be spent in the next window, which is leased in full.
  @Test
  void whatIsLeasedLapsesWithItsWindowHoweverLateTheAnswerIs() {
    AtomicLong nanos = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    RateLimiter limiter =
        limiter(
            nanos,
            key -> {
              asked.incrementAndGet();
              nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
              return completed(new Leases.Lease(3, 60_000));
            });
    assertTrue(limiter.allow(new UserId("late"), Kind.MESSAGES));
    nanos.set(TimeUnit.SECONDS.toNanos(59));
    assertTrue(limiter.allow(new UserId("late"), Kind.MESSAGES));
    assertEquals(1, asked.get());
    nanos.set(TimeUnit.SECONDS.toNanos(61));
    assertTrue(limiter.allow(new UserId("late"), Kind.MESSAGES));
    assertEquals(2, asked.get());
  }

  /// 300,000 users made every event walk over all of them.
  @Test
  void whatIsRememberedIsBoundedInNumberAndAge() {
    AtomicLong nanos = new AtomicLong();
    RateLimiter limiter = limiter(nanos, key -> completed(new Leases.Lease(3, 60_000)));
    for (int i = 0; i < 120_000; i++) {
      assertTrue(limiter.allow(new UserId("many-" + i), Kind.MESSAGES));
    }
    assertTrue(limiter.remembered() <= 100_000);
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(2));
    assertEquals(0, limiter.remembered());
  }

  private static CompletableFuture<Leases.Lease> completed(Leases.Lease lease) {
    return CompletableFuture.completedFuture(lease);
  }

  private static RateLimiter limiter(
      AtomicLong nanos, Function<String, CompletableFuture<Leases.Lease>> source) {
    return new RateLimiter(
        new LimitConfig(true, 30, 300, Duration.ofMinutes(1), true),
        (key, budget, wanted, window) -> source.apply(key),
        () -> {},
        nanos::get);
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
