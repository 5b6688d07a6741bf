package parley.presence;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.redis.RedisBus;
import parley.fanout.redis.RedisClients;
import parley.presence.api.PresenceApi;
import parley.presence.api.Watchers;
import parley.presence.due.DueRunner;
import parley.presence.due.DueWork;
import parley.presence.relay.PresenceRelayService;
import parley.presence.relay.Sweeper;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.EvictionPolicy;
import parley.presence.roster.RoomPresence;
import parley.presence.roster.Roster;
import parley.presence.roster.UserComings;
import parley.presence.typing.Typing;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Invisible;
import parley.presence.user.RecentChanges;
import parley.presence.user.Sightings;
import parley.presence.user.UserPresences;
import parley.process.Backoff;
import parley.process.ListenAddress;
import parley.process.Service;
import parley.relay.ServiceServer;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/// The object graph of one presence node.
public final class PresenceService implements Service {

  private static final System.Logger LOG = System.getLogger(PresenceService.class.getName());

  /// Who is back within the grace is not gone, although word of it may take a while to arrive.
  private static final long ON_ITS_WAY_MILLIS = 250;

  /// Of an answer to who changed; a frame between services holds 1 MiB.
  private static final int MOST_PAGE_BYTES = 512 * 1024;

  private final ListenAddress listen;
  private final RedisClient redis;
  private final BusPublisher bus;
  private final PresenceRelayService relay;
  private final Sweeper sweeper;
  private final BusSubscriber subscriber;
  private final Sightings sightings;
  private final ChangePublisher changes;
  private final DueRunner dueRunner;
  private final Watchers watchers;
  private final ServiceServer server;
  private volatile boolean closed;

  /// Builds the graph; connects to nothing yet.
  public PresenceService(PresenceConfig config) {
    this.listen = config.listen();
    this.redis = RedisClients.open(config.redis().state());
    this.bus = RedisBus.publisher(config.redis().bus());
    this.subscriber = RedisBus.subscriber(config.redis().bus());
    long lease = config.times().lease().toMillis();
    Roster roster = new Roster(redis, lease);
    UserPresences users = new UserPresences(redis, config.times().keys().toMillis());
    DueWork due = new DueWork(redis);
    this.sightings = new Sightings(config.coreAddresses(), config.serviceToken());
    RecentChanges recent = new RecentChanges(redis, users, MOST_PAGE_BYTES);
    Invisible invisible = new Invisible(users);
    this.changes = new ChangePublisher(users, recent, due, bus, sightings);
    RoomPresence rooms = new RoomPresence(roster, users, invisible, bus, due, config.largeRoom());
    UserComings comings =
        new UserComings(
            roster,
            rooms,
            users,
            invisible,
            changes,
            due,
            config.times().grace().toMillis() + ON_ITS_WAY_MILLIS);
    EdgeSnapshot snapshots = new EdgeSnapshot(roster, rooms, comings);
    Typing typing = new Typing(bus, due, invisible, config.times().typing().toMillis());
    this.relay = new PresenceRelayService(roster, snapshots, comings, rooms, users, recent, typing);
    this.sweeper =
        new Sweeper(
            roster,
            snapshots,
            users,
            due,
            invisible,
            relay,
            lease,
            config.times().keys().toMillis());
    this.dueRunner =
        new DueRunner(
            due,
            Map.of(
                UserComings.OFFLINE, comings::offlineIfGone,
                UserPresences.TELL, changes::tellAgain,
                RoomPresence.LEAVE, rooms::leave,
                RoomPresence.COUNT, rooms::tellCount,
                Typing.DUE, typing::expire));
    this.watchers = new Watchers(users);
    this.server =
        new ServiceServer(
            config.listen().host(),
            config.listen().port(),
            config.serviceToken(),
            List.of(relay, new PresenceApi(rooms, users, watchers)));
  }

  /// Waits for Redis, for as long as it takes, then serves.
  @Override
  public void start() throws IOException, InterruptedException {
    awaitRedis();
    var unused = EvictionPolicy.warned(redis);
    watchers.start();
    subscriber.follow(new Topic.All(), watchers);
    sightings.start();
    changes.start();
    dueRunner.start();
    sweeper.start();
    try {
      server.start();
    } catch (IOException e) {
      throw listen.refused(e);
    }
    server.ready(true);
    LOG.log(
        System.Logger.Level.INFO, "presence listens on port {0}", Integer.toString(server.port()));
  }

  @Override
  public boolean serves() {
    return server.serves();
  }

  /// The gRPC port.
  public int port() {
    return server.port();
  }

  /// Many may wait for it.
  private void awaitRedis() throws InterruptedException {
    new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1))
        .until(
            () -> closed || answers(),
            () ->
                LOG.log(System.Logger.Level.WARNING, "Redis does not answer yet; waiting for it"));
  }

  private boolean answers() {
    try {
      redis.ping();
      return true;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis does not answer", e);
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    dueRunner.close();
    sweeper.close();
    relay.close();
    server.close();
    changes.close();
    sightings.close();
    subscriber.close();
    watchers.close();
    bus.close();
    redis.close();
  }
}
