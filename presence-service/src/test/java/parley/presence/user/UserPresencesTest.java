package parley.presence.user;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.presence.RedisFixture;
import parley.proto.presence.Status;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;

@Timeout(30)
class UserPresencesTest extends RedisFixture {

  private static final UserId ANA = new UserId("ana");

  /// What a node has of Redis that dies after its first command.
  private static final class OneCommand implements ConnectionProvider {
    private final PooledConnectionProvider pool =
        new PooledConnectionProvider(new HostAndPort("127.0.0.1", redisPort()));
    private final AtomicInteger commands = new AtomicInteger();

    @Override
    public Connection getConnection() {
      if (commands.incrementAndGet() > 1) {
        throw new JedisConnectionException("the node is dead");
      }
      return pool.getConnection();
    }

    @Override
    public Connection getConnection(CommandArguments command) {
      return getConnection();
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  private static final class Node extends UnifiedJedis {
    Node(OneCommand redis) {
      super(redis, RedisProtocol.RESP2);
    }
  }

  private static void sayAndDie(Status status) throws Exception {
    try (OneCommand last = new OneCommand();
        Node node = new Node(last)) {
      last.commands.set(0);
      var unused = new UserPresences(node, 60_000).status(ANA, status, "");
      assertEquals(1, last.commands.get());
    }
  }

  private void assertStored(String status, Set<String> invisible) {
    assertEquals(status, redis.get(UserKeys.presence(ANA)));
    assertEquals(invisible, redis.smembers(UserKeys.INVISIBLE));
  }

  @Test
  void aStatusAndWhetherItIsHiddenChangeTogetherAlthoughTheNodeDiesThen() throws Exception {
    UserPresences users = new UserPresences(redis, 60_000);
    anaComes(users);
    var unusedToo = users.status(ANA, Status.BUSY, ""); // Redis knows the script from here on
    assertStored("busy", Set.of());
    sayAndDie(Status.INVISIBLE);
    assertStored("invisible", Set.of("ana"));
    sayAndDie(Status.ONLINE);
    assertStored("online", Set.of());
  }
}
