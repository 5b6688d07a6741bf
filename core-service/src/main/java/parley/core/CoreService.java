package parley.core;

import com.mongodb.MongoException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.core.api.Appends;
import parley.core.api.FriendshipsApi;
import parley.core.api.MessagesApi;
import parley.core.api.ReceiptsApi;
import parley.core.api.RoomsApi;
import parley.core.api.SightingsApi;
import parley.core.api.UsersApi;
import parley.core.friend.Friends;
import parley.core.log.History;
import parley.core.log.LogStore;
import parley.core.log.RequestKeys;
import parley.core.log.Retention;
import parley.core.log.RoomEvents;
import parley.core.log.RoomLog;
import parley.core.log.Unprojected;
import parley.core.receipt.Cursors;
import parley.core.receipt.ReadSets;
import parley.core.receipt.ReadTelling;
import parley.core.receipt.Receipts;
import parley.core.relay.Belongings;
import parley.core.relay.EdgeRelayService;
import parley.core.relay.FeedReads;
import parley.core.relay.Followers;
import parley.core.relay.Reads;
import parley.core.relay.Requests;
import parley.core.room.RoomReader;
import parley.core.room.Rooms;
import parley.core.store.ChatDatabase;
import parley.core.user.UserFeeds;
import parley.core.user.Users;
import parley.fanout.BusPublisher;
import parley.fanout.redis.RedisBus;
import parley.fanout.redis.RedisClients;
import parley.process.Backoff;
import parley.process.ListenAddress;
import parley.process.Service;
import parley.process.Worker;
import parley.relay.ServiceServer;
import redis.clients.jedis.RedisClient;

/// The object graph of one core node.
public final class CoreService implements Service {

  private static final System.Logger LOG = System.getLogger(CoreService.class.getName());

  private final ListenAddress listen;
  private final ChatDatabase database;
  private final BusPublisher bus;
  private final RequestKeys keys;
  private final RoomLog log;
  private final RedisClient redis;
  private final Cursors cursors;
  private final ReadSets readSets;
  private final Retention retention;
  private final Requests requests;
  private final EdgeRelayService relay;
  private final ServiceServer server;
  private final Worker readiness = Worker.thread("readiness", this::watchReadiness);
  private final Backoff busLooks = looks(); // readiness's
  private boolean busReached; // likewise
  private boolean waitTold; // likewise
  private volatile boolean closed;

  /// Builds the graph; connects to nothing yet.
  ///
  /// @throws IllegalArgumentException when a setting is wrong
  public CoreService(CoreConfig config) {
    this.listen = config.listen();
    this.database = ChatDatabase.open(config.store().uri(), config.store().allowWeak());
    BusPublisher redisBus = RedisBus.publisher(config.redis().bus());
    Followers followers = config.fanOutByStreams() ? new Followers(redisBus) : null;
    this.bus = followers == null ? redisBus : followers;
    LogStore store = new LogStore(database);
    Users users = new Users(database);
    Rooms rooms = new Rooms(database, config.largeRoom());
    UserFeeds feeds = new UserFeeds(database, bus);
    this.keys = new RequestKeys(database);
    this.cursors = new Cursors(database);
    this.log =
        new RoomLog(store, rooms, users, keys, bus, feeds, cursors, config.log().commitsInFlight());
    History history = new History(store, new RoomEvents(users), log);
    this.retention = new Retention(store, rooms, log::forget, config.log().retention());
    Unprojected projected = new Unprojected(store, log);
    RoomReader reader = new RoomReader(rooms, projected, config.open().rooms());
    this.redis = RedisClients.open(config.redis().state());
    this.readSets = new ReadSets(redis, config.receipts().ttl());
    Receipts receipts =
        new Receipts(
            reader,
            rooms,
            store,
            log,
            cursors,
            readSets,
            new ReadTelling(bus, config.receipts().toRoom()));
    Friends friends = new Friends(database, feeds);
    this.requests =
        new Requests(
            log,
            new Reads(rooms, reader, projected, history, receipts),
            new FeedReads(feeds, rooms, friends, store, new RoomEvents(users)),
            new Belongings(users, rooms, receipts, friends, feeds, config.open().users()));
    this.relay = new EdgeRelayService(requests, log, feeds, followers);
    Appends appends = new Appends(log);
    this.server =
        new ServiceServer(
            config.listen().host(),
            config.listen().port(),
            config.serviceToken(),
            List.of(
                relay,
                new UsersApi(users),
                new RoomsApi(rooms, users, projected, appends),
                new MessagesApi(appends, projected, history),
                new FriendshipsApi(friends, users),
                new ReceiptsApi(receipts, rooms),
                new SightingsApi(users)));
  }

  /// Waits for the store, for as long as it takes, then serves.
  @Override
  public void start() throws IOException, InterruptedException {
    awaitStore();
    log.start();
    cursors.start();
    readSets.start();
    retention.start();
    relay.start();
    try {
      server.start();
    } catch (IOException e) {
      throw listen.refused(e);
    }
    readiness.start();
    LOG.log(System.Logger.Level.INFO, "core listens on port {0}", Integer.toString(server.port()));
  }

  @Override
  public boolean serves() {
    return server.serves();
  }

  /// The gRPC port.
  public int port() {
    return server.port();
  }

  /// Ready from the moment the bus was first reached, while the store answers. Later the bus may be
  /// away: messages are taken all the same.
  private void watchReadiness() throws InterruptedException {
    boolean before = busReached;
    busReached |= bus.connected();
    server.ready(busReached && database.reachable());
    if (!busReached && !waitTold) {
      LOG.log(System.Logger.Level.WARNING, "Redis does not answer yet; waiting for it");
      waitTold = true;
    }
    TimeUnit.MILLISECONDS.sleep(before ? 2_000 : busLooks.next().toMillis());
  }

  private void awaitStore() throws InterruptedException {
    looks()
        .until(
            () -> closed || (database.reachable() && indexed()),
            () ->
                LOG.log(
                    System.Logger.Level.WARNING, "MongoDB does not answer yet; waiting for it"));
  }

  /// Many may wait for the same store.
  private static Backoff looks() {
    return new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
  }

  /// It may be gone again.
  private boolean indexed() {
    try {
      database.createIndexes();
      keys.load();
      return true;
    } catch (MongoException e) {
      LOG.log(System.Logger.Level.WARNING, "indexes are made a little later: {0}", e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    readiness.close();
    relay.close();
    server.close();
    retention.close();
    requests.close();
    log.close();
    cursors.close();
    readSets.close();
    redis.close();
    bus.close();
    database.close();
  }
}
