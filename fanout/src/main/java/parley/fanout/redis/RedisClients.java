package parley.fanout.redis;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/// Clients of the Redis that keeps state, which survive a failover and a restart: a connection that
/// breaks, or whose Redis says that it is a replica now (`READONLY`), is closed, with all that lie
/// idle beside it, and the next ones go where the address leads then. Without that a pool keeps its
/// sockets to the former master for as long as they are used, and each dead one costs somebody an
/// answer.
public final class RedisClients {

  private RedisClients() {}

  /// A client with eight connections at most; connects when it is used.
  public static RedisClient open(RedisAddress address) {
    AtomicReference<PooledConnectionProvider> pool = new AtomicReference<>();
    Runnable stale =
        () -> {
          PooledConnectionProvider known = pool.get();
          if (known != null) {
            known.getPool().clear();
          }
        };
    pool.set(
        new PooledConnectionProvider(new Factory(address.hostAndPort(), address.config(), stale)));
    return RedisClient.builder()
        .clientConfig(address.config())
        .connectionProvider(pool.get())
        .build();
  }

  private static final class Factory extends ConnectionFactory {

    private final HostAndPort address;
    private final JedisClientConfig config;
    private final Runnable stale;

    Factory(HostAndPort address, JedisClientConfig config, Runnable stale) {
      super(address, config);
      this.address = address;
      this.config = config;
      this.stale = stale;
    }

    @Override
    public PooledObject<Connection> makeObject() {
      return new DefaultPooledObject<>(new ToMaster(address, config, stale));
    }
  }

  private static final class ToMaster extends Connection {

    private final Runnable stale;

    ToMaster(HostAndPort address, JedisClientConfig config, Runnable stale) {
      super(address, config);
      this.stale = stale;
    }

    @Override
    protected Object readProtocolWithCheckingBroken() {
      try {
        return super.readProtocolWithCheckingBroken();
      } catch (JedisDataException e) {
        if (NotMasterException.says(e)) {
          setBroken();
          stale.run();
        }
        throw e;
      } catch (JedisConnectionException e) {
        stale.run();
        throw e;
      }
    }
  }
}
