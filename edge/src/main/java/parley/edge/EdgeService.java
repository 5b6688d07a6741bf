package parley.edge;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.staticcontent.ClasspathHandlerConfig;
import io.helidon.webserver.staticcontent.FileSystemHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.ConnectionId;
import parley.edge.auth.DemoTokens;
import parley.edge.auth.TokenVerifier;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
import parley.edge.engineio.Drainers;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.Wheel;
import parley.edge.event.EventRouter;
import parley.edge.event.Handlers;
import parley.edge.http.Demo;
import parley.edge.http.Health;
import parley.edge.http.ListenerWatch;
import parley.edge.http.PageHeaders;
import parley.edge.http.SocketServer;
import parley.edge.limit.RateLimiter;
import parley.edge.presence.Interests;
import parley.edge.presence.PresenceFeed;
import parley.edge.recovery.SavedConnections;
import parley.edge.recovery.Watermark;
import parley.edge.room.LocalRooms;
import parley.edge.room.RoomThreads;
import parley.edge.session.ChatSession;
import parley.edge.session.Connecting;
import parley.edge.session.DeliveryReports;
import parley.edge.session.Drain;
import parley.edge.session.Recoveries;
import parley.edge.session.Restoring;
import parley.edge.session.SessionNews;
import parley.edge.session.SessionServices;
import parley.edge.session.Sessions;
import parley.edge.session.Sharing;
import parley.edge.session.SignIn;
import parley.edge.session.Stays;
import parley.edge.session.TypingReports;
import parley.edge.session.Welcome;
import parley.edge.socketio.SocketIoServer;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.CoreFeeds;
import parley.edge.upstream.CoreReads;
import parley.edge.upstream.PresenceClient;
import parley.edge.upstream.StreamedRooms;
import parley.edge.user.UserFeeds;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.redis.RedisBus;
import parley.fanout.redis.RedisClients;
import parley.process.Service;
import parley.proto.relay.Heads;
import redis.clients.jedis.RedisClient;

/// The object graph of one edge.
public final class EdgeService implements Service {

  private static final System.Logger LOG = System.getLogger(EdgeService.class.getName());

  private final EdgeConfig config;
  private final BusSubscriber bus;
  private final BusPublisher publisher;
  private final RedisClient redis;
  private final SavedConnections saved;
  private final RateLimiter limiter;
  private final Watermark watermark;
  private final Recoveries recoveries;
  private final UserFeeds<ChatSession> users;
  private final CoreClient core;
  private final PresenceClient presence;
  private final PresenceFeed feed;
  private final LocalRooms rooms;
  private final RoomThreads roomThreads;
  private final Drainers drainers;
  private final Wheel wheel;
  private final Health health;
  private final EngineServer engine;
  private final Drain drain;
  private final Connections connections;
  private final WebServer server;
  private @Nullable ListenerWatch listenerWatch; // while it listens

  /// Builds the graph; connects to nothing yet.
  public EdgeService(EdgeConfig config) {
    this.config = config;
    String edgeId = "edge-" + UUID.randomUUID();
    int cores = Math.max(2, Runtime.getRuntime().availableProcessors());
    Map<ConnectionId, ChatSession> connected = new ConcurrentHashMap<>();
    Payloads payloads = new Payloads(config.chat().sanitise());
    RoomPackets packets = new RoomPackets(payloads);

    this.connections = new Connections(config.http().connections());
    this.bus = RedisBus.subscriber(config.redis().bus());
    this.redis = RedisClients.open(config.redis().state());
    this.roomThreads = new RoomThreads(cores);
    this.core =
        new CoreClient(
            edgeId,
            config.upstream().core(),
            config.upstream().coreStreams(),
            config.upstream().token(),
            this::headsTold,
            this::streamLost);
    this.rooms =
        new LocalRooms(
            config.upstream().roomsByStreams() ? new StreamedRooms(bus, core) : bus,
            roomThreads,
            new CoreReads(core),
            packets);
    this.presence =
        new PresenceClient(
            edgeId,
            config.upstream().presence(),
            config.upstream().token(),
            () -> Sessions.snapshot(connected),
            () -> feed().missedSome());
    Interests interests = new Interests(config.chat().presenceOfAll());
    this.feed = new PresenceFeed(interests, presence, packets.presence());
    Sharing sharing = new Sharing(interests, presence);
    TypingReports typing = new TypingReports(presence);
    this.watermark = new Watermark(rooms::isBehind);
    this.publisher = RedisBus.publisher(config.redis().bus());
    this.saved = new SavedConnections(redis, edgeId, config.recovery());
    this.recoveries = new Recoveries(edgeId, saved, watermark, publisher);
    this.limiter = new RateLimiter(config.limits(), redis);
    Stays stays = new Stays(core, presence, rooms, sharing, typing, config.chat().mostRooms());
    this.users =
        new UserFeeds<>(bus, new CoreFeeds(core), new SessionNews(packets, rooms, recoveries));
    Sessions sessions = new Sessions(connected, users, sharing, stays);
    SessionServices services =
        new SessionServices(
            new Connecting(
                new SignIn(new TokenVerifier(config.auth()), core, connections.refusals()),
                sessions,
                recoveries,
                new Restoring(core, stays, rooms, packets),
                new Welcome(payloads, config.limits())),
            new EventRouter(
                List.of(
                    Handlers.rooms(stays, packets),
                    Handlers.messages(
                        core, rooms, packets, typing, config.chat().attachmentSchemes()),
                    Handlers.presence(core, presence, interests, sharing, packets),
                    Handlers.receipts(core)),
                limiter,
                payloads),
            recoveries,
            sessions,
            new DeliveryReports(rooms, core));
    this.drainers = new Drainers(cores);
    this.wheel = Wheel.of(config.engine().heartbeat());
    PendingBytes pending = new PendingBytes(config.http().pending());
    SocketIoServer socketIo =
        new SocketIoServer(
            config.socketIo(), pending, this::crowded, socket -> new ChatSession(socket, services));
    this.engine =
        new EngineServer(
            config.engine(), config.http().origins(), drainers, wheel, pending, socketIo);
    this.health = new Health(core, presence, bus, config.http().strictReadiness());
    this.drain =
        new Drain(connected.values(), saved, config.drain().perSecond(), config.drain().atMost());
    this.server =
        SocketServer.create(
            config.http().listen().host(),
            config.http().listen().port(),
            connections,
            List.of(engine),
            this::route);
  }

  private void route(HttpRouting.Builder routing) {
    routing.any(new PageHeaders());
    routing.register("/health", health);
    if (config.http().demo().enabled()) {
      routing.register(
          "/demo", new Demo(new DemoTokens(config.auth().secret()), config.http().demo().users()));
      if (!config.http().demo().clientFolder().isEmpty()) {
        routing.register(
            "/client",
            StaticContentFeature.createService(
                FileSystemHandlerConfig.create(Path.of(config.http().demo().clientFolder()))));
      }
      routing.register(
          "/",
          StaticContentFeature.createService(
              ClasspathHandlerConfig.builder().location("page").welcome("index.html").build()));
    }
  }

  private void headsTold(String node, Heads heads) {
    rooms.headsTold(heads);
    users.headsTold(heads.getUsersList());
    watermark.told(node, heads);
  }

  private void streamLost(String node) {
    rooms.askAll();
    users.askAll();
    watermark.lost(node);
  }

  private boolean crowded() {
    return connections.crowded() || engine.crowded();
  }

  private PresenceFeed feed() {
    return feed;
  }

  /// Listens at once; ready when core, presence and the bus are reached.
  @Override
  public void start() throws IOException {
    core.start();
    presence.start();
    rooms.start();
    users.start();
    feed.start(bus);
    saved.start(recoveries);
    server.start();
    if (!server.isRunning()) { // it logs why, and does not throw
      throw config.http().listen().refused();
    }
    listenerWatch = ListenerWatch.over(server);
    LOG.log(System.Logger.Level.INFO, "edge listens on port {0}", Integer.toString(server.port()));
  }

  @Override
  public boolean serves() {
    ListenerWatch watch = listenerWatch;
    return watch == null || watch.listens();
  }

  /// The HTTP port.
  public int port() {
    return server.port();
  }

  /// Stops accepting, sends every client elsewhere, ends. Blocks for as long as {@link
  /// EdgeConfig.DrainConfig} says, and a few seconds.
  @Override
  public void close() {
    health.stopping();
    try {
      TimeUnit.MILLISECONDS.sleep(config.drain().notice().toMillis());
      engine.stopAccepting();
      drain.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (listenerWatch != null) {
      listenerWatch.close();
    }
    server.stop();
    connections.close();
    drainers.close();
    wheel.close();
    roomThreads.close();
    users.close();
    feed.close();
    presence.close();
    core.close();
    bus.close();
    publisher.close();
    saved.close();
    limiter.close();
    redis.close();
  }
}
