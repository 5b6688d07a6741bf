package parley.presence;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.ConnectionId;
import parley.embedded.redis.EmbeddedRedis;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
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
    redis = RedisClient.builder().hostAndPort("127.0.0.1", redisPort()).build();
    redis.flushAll();
  }

  @AfterEach
  void closeRedis() {
    redis.close();
  }

  /// Ana's first connection comes.
  protected void anaComes(UserPresences users) {
    Batch batch = new Batch(redis);
    var unused =
        users.opened(
            batch,
            new ConnectionId("c1"),
            User.newBuilder().setId("ana").setUsername("ana").build(),
            Audience.getDefaultInstance(),
            false);
    batch.carryOut();
  }
}
