package parley.edge;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.redis.RedisAddress;
import parley.fanout.redis.RedisClients;
import redis.clients.jedis.RedisClient;

/// A Redis of the test class's own, empty before each test.
public abstract class RedisFixture {

  @TempDir static Path folder;
  private static EmbeddedRedis server;

  protected RedisClient redis;

  @BeforeAll
  static void startRedis() throws Exception {
    server = EmbeddedRedis.start(folder, "--save", "");
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  /// Where it listens on 127.0.0.1.
  protected static int redisPort() {
    return server.port();
  }

  @BeforeEach
  void openRedis() {
    redis = RedisClients.open(RedisAddress.parse(server.url(), null, 0));
    redis.flushAll();
  }

  @AfterEach
  void closeRedis() {
    redis.close();
  }
}
