package parley.presence.due;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.presence.RedisFixture;
import parley.process.redis.Batch;

/// What is due is carried out, whatever stands beside it.
@Timeout(30)
class DueRunnerTest extends RedisFixture {

  private DueWork due;
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<DueRunner> runners = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    due = new DueWork(redis);
  }

  @AfterEach
  void close() {
    runners.forEach(DueRunner::close);
  }

  private void run(Map<String, DueRunner.Work> kinds) {
    DueRunner runner = new DueRunner(due, kinds);
    runners.add(runner);
    runner.start();
  }

  private void schedule(String... words) {
    Batch batch = due.batch();
    due.schedule(batch, 0, words);
    batch.carryOut();
  }

  @Test
  void workThatThrowsIsInNoOthersWayAndStaysForLater() {
    for (int i = 0; i < 5; i++) {
      schedule("good", "before" + i);
      schedule("bad", "poison" + i);
    }
    run(
        Map.of(
            "good", (one, batch) -> batch.then(next -> done.add(one.words().getFirst())),
            "bad",
                (one, batch) -> {
                  throw new IllegalStateException("poison");
                }));
    await().until(() -> done.size() == 5 && redis.zcard("presence_due") == 5);
    schedule("good", "after");
    await().until(() -> done.contains("after"));
    assertEquals(6, done.size(), "each once");
    assertNotNull(redis.zscore("presence_due", "bad poison0"));
  }

  /// As when a key holds what it should not.
  @Test
  void whatRedisRefusesToOneIsInNoOthersWay() {
    redis.set("text", "no hash");
    run(
        Map.of(
            "good", (one, batch) -> batch.then(next -> done.add(one.words().getFirst())),
            "bad",
                (one, batch) -> {
                  var unused = batch.add(redis -> redis.hset("text", "a", "b"));
                  batch.then(next -> done.add("followed"));
                }));
    schedule("bad", "one");
    schedule("good", "two");
    await().until(() -> done.contains("two"));
    await().until(() -> redis.zcard("presence_due") == 1);
    assertNotNull(redis.zscore("presence_due", "bad one"));
  }

  @Test
  void whatFailsAgainAndAgainComesMoreAndMoreSeldom() {
    schedule("bad", "one");
    run(
        Map.of(
            "bad",
            (one, batch) -> {
              done.add("tried");
              throw new IllegalStateException("poison");
            }));
    await().until(() -> done.size() == 1);
    double first = waitsFor("bad one");
    assertTrue(first > 3_000 && first < 6_000, "first " + first);
    redis.zadd("presence_due", 1, "bad one");
    await().until(() -> done.size() == 2);
    await().until(() -> waitsFor("bad one") > 6_000);
  }

  private double waitsFor(String member) {
    Double score = redis.zscore("presence_due", member);
    return score == null ? 0 : score - System.currentTimeMillis();
  }

  /// As in a rolling update: the old node must not swallow what the new one scheduled.
  @Test
  void aKindThatANodeDoesNotKnowIsLeftToOneThatDoes() {
    run(Map.of("old", (one, batch) -> done.add("old " + one.words().getFirst())));
    schedule("new", "one");
    schedule("old", "two");
    await().until(() -> done.contains("old two"));
    assertNotNull(redis.zscore("presence_due", "new one"));
    run(Map.of("new", (one, batch) -> done.add("new " + one.words().getFirst())));
    await().until(() -> done.contains("new one") && redis.zcard("presence_due") == 0);
    assertEquals(Set.of("old two", "new one"), Set.copyOf(done));
  }
}
