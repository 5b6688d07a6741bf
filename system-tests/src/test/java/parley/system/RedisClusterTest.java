package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedisCluster;
import parley.fanout.Topic;

/// Parley with its bus on a Redis Cluster, whose nodes die and whose slots move in the middle of a
/// conversation.
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisClusterTest {

  private static final int MESSAGES = 30;

  @TempDir static Path data;
  private static EmbeddedRedisCluster redis;
  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    redis = EmbeddedRedisCluster.start(data.resolve("cluster"));
    parley =
        Parley.start(
            data.resolve("parley"),
            options ->
                options.with("--rate-limit", "off").with("--set", "REDIS_BUS_URL=" + redis.url()));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  private interface Trouble {
    void begins() throws Exception;
  }

  /// Two people, one on each edge; what one says before, while and after something happens, both
  /// hear once, in order, without coming back.
  private static void chatThrough(String room, String ana, String ben, Trouble trouble)
      throws Exception {
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      one.join(room);
      other.join(room);
      for (int i = 0; i < MESSAGES; i++) {
        if (i == MESSAGES / 3) {
          trouble.begins();
        }
        one.send(room, "m" + i);
        if (i % 5 == 4) { // so that time passes: a failover takes a second or two
          String last = "m" + i;
          await().atMost(Duration.ofSeconds(15)).until(() -> other.contents().contains(last));
        }
      }
      List<String> all = IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toList();
      await().atMost(Duration.ofSeconds(15)).until(() -> one.contents().size() >= MESSAGES);
      assertEquals(all, one.contents());
      assertEquals(all, other.contents());
    }
  }

  private static int slot(String room) {
    return EmbeddedRedisCluster.slot(new Topic.Room(room).channel());
  }

  @Test
  @Order(2) // the master stays dead
  void peopleChatThroughAFailover() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    int master = EmbeddedRedisCluster.owner(slot(room));
    chatThrough(room, ana, ben, () -> redis.kill(master));
  }

  @Test
  @Order(1)
  void peopleChatThroughTheMoveOfASlot() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    int slot = slot(room);
    int from = EmbeddedRedisCluster.owner(slot);
    int to = EmbeddedRedisCluster.next(from);
    try {
      chatThrough(room, ana, ben, () -> redis.move(slot, from, to));
    } finally {
      redis.move(slot, to, from);
    }
  }
}
