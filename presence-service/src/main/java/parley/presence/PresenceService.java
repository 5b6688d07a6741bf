package parley.presence;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.fanout.BusPublisher;
import parley.fanout.redis.RedisBus;
import parley.presence.api.PresenceApi;
import parley.presence.relay.PresenceRelayService;
import parley.presence.relay.Sweeper;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.relay.ServiceServer;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/// The object graph of one presence node.
public final class PresenceService implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PresenceService.class.getName());

  private final RedisClient redis;
  private final BusPublisher bus;
  private final PresenceRelayService relay;
  private final Sweeper sweeper;
  private final ServiceServer server;
  private volatile boolean closed;

  /// Builds the graph; connects to nothing yet.
  public PresenceService(PresenceConfig config) {
    this.redis =
        RedisClient.builder()
            .hostAndPort(config.redis().hostAndPort())
            .clientConfig(config.redis().config())
            .build();
    this.bus = RedisBus.publisher(config.redis());
    Roster roster = new Roster(redis, config.lease().toMillis());
    Presences presences = new Presences(roster, bus);
    this.relay = new PresenceRelayService(roster, presences);
    this.sweeper = new Sweeper(roster, presences, relay, config.lease().toMillis());
    this.server =
        new ServiceServer(
            config.host(),
            config.port(),
            config.serviceToken(),
            List.of(relay, new PresenceApi(roster)));
  }

  /// Waits for Redis, for as long as it takes, then serves.
  ///
  /// @throws IOException when the port cannot be had
  public void start() throws IOException, InterruptedException {
    awaitRedis();
    sweeper.start();
    server.start();
    server.ready(true);
    LOG.log(
        System.Logger.Level.INFO, "presence listens on port {0}", Integer.toString(server.port()));
  }

  /// The gRPC port.
  public int port() {
    return server.port();
  }

  private void awaitRedis() throws InterruptedException {
    boolean told = false;
    while (!closed) {
      try {
        redis.ping();
        return;
      } catch (JedisException e) {
        if (!told) {
          LOG.log(System.Logger.Level.WARNING, "Redis does not answer yet; waiting for it");
          told = true;
        }
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  @Override
  public void close() {
    closed = true;
    sweeper.close();
    relay.close();
    server.close();
    bus.close();
    redis.close();
  }
}
