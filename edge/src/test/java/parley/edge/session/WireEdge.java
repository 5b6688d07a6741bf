package parley.edge.session;

import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.contract.ConnectionId;
import parley.contract.ServiceToken;
import parley.edge.Defaults;
import parley.edge.auth.AuthConfig;
import parley.edge.auth.TokenVerifier;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;
import parley.edge.engineio.Drainers;
import parley.edge.engineio.EngineConfig;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.Origins;
import parley.edge.engineio.Wheel;
import parley.edge.event.EventRouter;
import parley.edge.event.Handlers;
import parley.edge.http.SocketServer;
import parley.edge.limit.LimitConfig;
import parley.edge.limit.RateLimiter;
import parley.edge.presence.Interests;
import parley.edge.recovery.RecoveryConfig;
import parley.edge.recovery.SavedConnections;
import parley.edge.recovery.Watermark;
import parley.edge.room.LocalRooms;
import parley.edge.room.RoomThreads;
import parley.edge.socketio.SocketIoConfig;
import parley.edge.socketio.SocketIoServer;
import parley.edge.socketio.SocketIoSocket;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.CoreFeeds;
import parley.edge.upstream.CoreReads;
import parley.edge.upstream.PresenceClient;
import parley.edge.user.UserFeeds;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;
import parley.relay.ServiceServer;
import redis.clients.jedis.RedisClient;

/// An edge on the wire, with a core that lets everybody in, no presence, and no Redis
/// but what it is given.
final class WireEdge implements AutoCloseable {

  static final String SECRET = "a-secret-of-at-least-thirty-two-bytes";
  private static final ServiceToken TOKEN = new ServiceToken("test-token");

  private final InMemoryBus memory = new InMemoryBus();
  /// The sessions, as presence knows them.
  final Map<ConnectionId, ChatSession> connected = new ConcurrentHashMap<>();
  private final Connections connections = new Connections(Defaults.CONNECTIONS);
  private final RoomThreads threads = new RoomThreads(1);
  private final Drainers drainers = new Drainers(1);
  private final EngineConfig engineConfig = Defaults.ENGINE;
  private final Wheel wheel = Wheel.of(engineConfig.heartbeat());
  /// Fails when a user is to be followed.
  volatile boolean busFails;
  /// What core says.
  final ScriptedCore log = new ScriptedCore();
  private final ServiceServer core;
  private final CoreClient client;
  private final RedisClient redis;
  private final WebServer server;

  /// The sockets below the sessions, by the id that each began with.
  final Map<String, SocketIoSocket> sockets = new ConcurrentHashMap<>();

  final PresenceClient presence;
  final Stays stays;
  final Recoveries recoveries;
  final LocalRooms rooms;

  /// The bus, which fails when a user is to be followed.
  private final BusSubscriber bus =
      new BusSubscriber() {
        private final BusSubscriber real = memory.subscriber();

        @Override
        public void follow(Topic topic, TopicListener listener) {
          if (busFails && topic instanceof Topic.User) {
            throw new IllegalStateException("broken");
          }
          real.follow(topic, listener);
        }

        @Override
        public void unfollow(Topic topic) {
          real.unfollow(topic);
        }

        @Override
        public boolean connected() {
          return true;
        }

        @Override
        public void close() {}
      };

  WireEdge() throws Exception {
    this(Duration.ofMillis(10), 1); // no Redis will answer
  }

  /// @param longestSave how long whoever waits for a saving does; nothing is saved before the test
  ///     starts the store
  WireEdge(Duration longestSave, int redisPort) throws Exception {
    core = new ServiceServer("127.0.0.1", 0, TOKEN, List.of(log));
    core.start();
    client =
        new CoreClient(
            "edge", List.of("127.0.0.1:" + core.port()), 1, TOKEN, (node, heads) -> {}, node -> {});
    client.start();
    redis = RedisClient.builder().hostAndPort("127.0.0.1", redisPort).build();
    RoomPackets packets = new RoomPackets(new Payloads(true));
    rooms = new LocalRooms(bus, threads, new CoreReads(client), packets);
    presence =
        new PresenceClient(
            "edge", List.of("127.0.0.1:1"), TOKEN, Collections::emptyIterator, () -> {});
    Sharing sharing = new Sharing(new Interests(false), presence);
    stays = new Stays(client, presence, rooms, sharing, new TypingReports(presence), 2);
    recoveries =
        new Recoveries(
            "edge",
            new SavedConnections(
                redis,
                "edge",
                new RecoveryConfig(true, Duration.ofMinutes(2), 1_000, 500_000, List.of())),
            new Watermark(rooms::isBehind),
            memory,
            longestSave);
    Sessions sessions =
        new Sessions(
            connected,
            new UserFeeds<>(
                bus, new CoreFeeds(client), new SessionNews(packets, rooms, recoveries)),
            sharing,
            stays);
    LimitConfig unlimited = new LimitConfig(false, 1, 1, Duration.ofMinutes(1), true);
    SessionServices services =
        new SessionServices(
            new Connecting(
                new SignIn(
                    new TokenVerifier(new AuthConfig(SECRET, "", "", "", false)),
                    client,
                    connections.refusals()),
                sessions,
                recoveries,
                new Restoring(client, stays, rooms, packets),
                new Welcome(packets.payloads(), unlimited)),
            new EventRouter(
                List.of(Handlers.rooms(stays, packets)),
                new RateLimiter(unlimited, redis),
                packets.payloads()),
            recoveries,
            sessions,
            new DeliveryReports(rooms, client));
    PendingBytes pending = new PendingBytes(new PendingLimits(Long.MAX_VALUE, Integer.MAX_VALUE));
    SocketIoServer socketIo =
        new SocketIoServer(
            new SocketIoConfig(
                Set.of("/"),
                Duration.ofSeconds(45),
                new SocketIoConfig.Limits(Duration.ofSeconds(10), 5, 65_536, 10, 10_000)),
            pending,
            () -> false,
            socket -> {
              sockets.put(socket.id(), socket);
              return new ChatSession(socket, services);
            });
    EngineServer engine =
        new EngineServer(
            engineConfig, new Origins(Set.of(), Set.of()), drainers, wheel, pending, socketIo);
    server = SocketServer.create("127.0.0.1", 0, connections, List.of(engine), routing -> {});
    server.start();
  }

  /// A client that has been welcomed.
  WireClient client(String user) {
    WireClient client = arriving(user, "\"recovery\":false,");
    client.awaitHeard("42[\"connected\"");
    return client;
  }

  /// A client that may not have been let in.
  WireClient arriving(String user, String wishes) {
    return new WireClient(server.port(), user, wishes);
  }

  /// The one session of a user.
  ChatSession sessionOf(String user) {
    return connected.values().stream()
        .filter(session -> session.userId().value().equals(user))
        .findAny()
        .orElseThrow();
  }

  /// The bus carries what stands in a room's log.
  void publish(RoomEvent event) {
    memory.publish(
        new Topic.Room(event.getRoomId()),
        BusEvent.newBuilder().setRoomEvent(event).build().toByteArray());
  }

  /// The bus carries something for a user.
  void publish(String user, BusEvent.Builder event) {
    memory.publish(new Topic.User(user), event.build().toByteArray());
  }

  @Override
  public void close() {
    server.stop();
    recoveries.store().close();
    wheel.close();
    drainers.close();
    threads.close();
    client.close();
    core.close();
    log.close();
    redis.close();
    memory.close();
  }
}
