package parley.fanout.redis;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/// Clients of the Redis that keeps state, which survive a failover: a connection whose Redis says
/// that it is a replica now (`READONLY`) is closed, with all that lie idle beside it, and the next
/// ones go where the address leads then. Without that a pool keeps its sockets to the former master
/// for as long as they are used.
public final class RedisClients {

  private RedisClients() {}

  /// A client with eight connections at most; connects when it is used.
  public static RedisClient open(RedisAddress address) {
    AtomicReference<PooledConnectionProvider> pool = new AtomicReference<>();
    Runnable demoted =
        () -> {
          PooledConnectionProvider known = pool.get();
          if (known != null) {
            known.getPool().clear();
          }
        };
    pool.set(
        new PooledConnectionProvider(
            new Factory(address.hostAndPort(), address.config(), demoted)));
    return RedisClient.builder()
        .clientConfig(address.config())
        .connectionProvider(pool.get())
        .build();
  }

  private static final class Factory extends ConnectionFactory {

    private final HostAndPort address;
    private final JedisClientConfig config;
    private final Runnable demoted;

    Factory(HostAndPort address, JedisClientConfig config, Runnable demoted) {
      super(address, config);
      this.address = address;
      this.config = config;
      this.demoted = demoted;
    }

    @Override
    public PooledObject<Connection> makeObject() {
      return new DefaultPooledObject<>(new ToMaster(address, config, demoted));
    }
  }

  private static final class ToMaster extends Connection {

    private final Runnable demoted;

    ToMaster(HostAndPort address, JedisClientConfig config, Runnable demoted) {
      super(address, config);
      this.demoted = demoted;
    }

    @Override
    protected Object readProtocolWithCheckingBroken() {
      try {
        return super.readProtocolWithCheckingBroken();
      } catch (JedisDataException e) {
        if (NotMasterException.says(e)) {
          setBroken();
          demoted.run();
        }
        throw e;
      }
    }
  }
}
