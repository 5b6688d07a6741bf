package parley.edge.recovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.redis.RedisAddress;
import parley.fanout.redis.RedisClients;
import parley.proto.recovery.SavedConnection;
import redis.clients.jedis.RedisClient;

/// On a real Redis.
@Timeout(60)
abstract class SavedConnectionsFixture {

  static final RecoveryConfig CONFIG =
      new RecoveryConfig(true, Duration.ofMinutes(2), 1_000, 512 * 1024, List.of());

  @TempDir static Path folder;
  private static EmbeddedRedis server;
  RedisClient redis;
  SavedConnections saved;
  final List<String> taken = new CopyOnWriteArrayList<>();
  final Map<String, SavedConnection> lasting = new ConcurrentHashMap<>();

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

  SavedConnections.Lasting lasting() {
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

  /// What was heard of savings.
  static final class Verdicts implements SaveListener {
    final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void saved() {
      heard.add("saved");
    }

    @Override
    public void notSaved() {
      heard.add("not saved");
    }
  }

  static SavedConnection connection(String user, long generation) {
    return SavedConnection.newBuilder().setUserId(user).setGeneration(generation).build();
  }
}
