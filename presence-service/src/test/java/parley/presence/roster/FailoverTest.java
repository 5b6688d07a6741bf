package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static parley.presence.roster.PresenceNode.state;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedisPair;
import parley.fanout.memory.InMemoryBus;
import parley.fanout.redis.RedisAddress;
import parley.fanout.redis.RedisClients;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/// A replica takes over, and nobody is disconnected from the former master.
@Timeout(60)
class FailoverTest {

  @TempDir Path folder;

  @Test
  void presenceGoesOnAtTheNewMaster() throws Exception {
    try (EmbeddedRedisPair pair = EmbeddedRedisPair.start(folder);
        RedisClient redis = RedisClients.open(RedisAddress.parse(pair.url(), null, 0));
        InMemoryBus bus = new InMemoryBus();
        PresenceNode node = new PresenceNode(redis, bus, 100)) {
      node.replace("e1", state("c1", "ana", false), state("c2", "ben", false));
      pair.failOver();
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions() // an edge whose stream ended comes back with a snapshot
          .until(
              () -> {
                node.replace("e1", state("c1", "ana", true));
                return true;
              });
      try (Jedis master = new Jedis("127.0.0.1", pair.master().port())) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> master.hlen("room_online:{r}") == 1 && master.zcard("presence_due") == 0);
      }
      assertEquals(List.of("ana"), node.inRoom());
    }
  }
}
