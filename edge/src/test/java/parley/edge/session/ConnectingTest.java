package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.stub.StreamObserver;
import io.helidon.webserver.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ServiceToken;
import parley.contract.UserId;
import parley.edge.auth.AuthConfig;
import parley.edge.auth.DemoTokens;
import parley.edge.auth.TokenVerifier;
import parley.edge.connection.ConnectionLimits;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
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
import parley.proto.chat.Room;
import parley.proto.chat.User;
import parley.proto.relay.Authenticated;
import parley.proto.relay.CoreFrame;
import parley.proto.relay.CoreRelayGrpc;
import parley.proto.relay.EdgeFrame;
import parley.proto.relay.LogPage;
import parley.proto.relay.Reply;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;
import parley.relay.ServiceServer;
import redis.clients.jedis.RedisClient;

/// Clients on the wire, with a core that lets everybody in, no presence and no Redis.
@Timeout(60)
class ConnectingTest {

  private static final ServiceToken TOKEN = new ServiceToken("test-token");
  private static final String SECRET = "a-secret-of-at-least-thirty-two-bytes";

  /// Core, which gives a sign of life now and then.
  private static final class Core extends CoreRelayGrpc.CoreRelayImplBase implements AutoCloseable {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @Override
    public StreamObserver<EdgeFrame> relay(StreamObserver<CoreFrame> edge) {
      var unused =
          clock.scheduleAtFixedRate(
              () -> say(edge, CoreFrame.getDefaultInstance()), 0, 300, TimeUnit.MILLISECONDS);
      return new StreamObserver<>() {
        @Override
        public void onNext(EdgeFrame frame) {
          CoreFrame.Builder answers = CoreFrame.newBuilder();
          frame.getRequestsList().forEach(request -> answers.addReplies(answer(request)));
          say(edge, answers.build());
        }

        @Override
        public void onError(Throwable reason) {}

        @Override
        public void onCompleted() {}
      };
    }

    private static void say(StreamObserver<CoreFrame> edge, CoreFrame frame) {
      synchronized (edge) {
        edge.onNext(frame);
      }
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }

    private static Reply.Builder answer(Request request) {
      Reply.Builder reply = Reply.newBuilder().setId(request.getId());
      return switch (request.getOpCase()) {
        case AUTHENTICATE ->
            reply.setAuthenticated(
                Authenticated.newBuilder()
                    .setUser(User.newBuilder().setId(request.getAuthenticate().getUserId())));
        case JOIN_ROOM ->
            reply.setRoomJoined(
                RoomJoined.newBuilder()
                    .setRoom(Room.newBuilder().setId(request.getJoinRoom().getRoomId())));
        default -> reply.setLog(LogPage.getDefaultInstance());
      };
    }
  }

  /// A client that writes down what it hears.
  private static final class Client implements WebSocket.Listener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    final WebSocket socket;

    Client(int port) {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket"),
                  this)
              .join();
      String token =
          new DemoTokens(SECRET).sign(new UserId("ana"), Instant.now().getEpochSecond() + 60);
      say("40{\"recovery\":false,\"token\":\"" + token + "\"}");
    }

    void say(String text) {
      var unused = socket.sendText(text, true).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        heard.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }

    void awaitHeard(String beginning) {
      await().until(() -> heard.stream().anyMatch(text -> text.startsWith(beginning)));
    }
  }

  private final InMemoryBus memory = new InMemoryBus();
  private final Map<String, ChatSession> connected = new ConcurrentHashMap<>();
  private final Connections connections = new Connections(ConnectionLimits.DEFAULTS);
  private final RoomThreads threads = new RoomThreads(1);
  private final Drainers drainers = new Drainers(1);
  private final EngineConfig engineConfig = EngineConfig.defaults();
  private final Wheel wheel = Wheel.of(engineConfig.heartbeat());
  private volatile boolean busFails;
  private final Core lives = new Core();
  private ServiceServer core;
  private CoreClient client;
  private RedisClient redis;
  private WebServer server;

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

  @BeforeEach
  void start() throws Exception {
    core = new ServiceServer("127.0.0.1", 0, TOKEN, List.of(lives));
    core.start();
    client =
        new CoreClient(
            "edge", List.of("127.0.0.1:" + core.port()), 1, TOKEN, (node, heads) -> {}, node -> {});
    client.start();
    redis = RedisClient.builder().hostAndPort("127.0.0.1", 1).build();
    CoreReads reads = new CoreReads();
    reads.through(client);
    RoomPackets packets = new RoomPackets(new Payloads(true));
    LocalRooms rooms = new LocalRooms(bus, threads, reads, packets);
    PresenceClient presence =
        new PresenceClient(
            "edge", List.of("127.0.0.1:1"), TOKEN, Collections::emptyIterator, () -> {});
    Sharing sharing = new Sharing(new Interests(false), presence);
    Stays stays = new Stays(client, presence, rooms, sharing, new TypingReports(presence), 2);
    Recoveries recoveries =
        new Recoveries(
            "edge",
            new SavedConnections(
                redis,
                "edge",
                new RecoveryConfig(true, Duration.ofMinutes(2), 1_000, 500_000, List.of())),
            new Watermark(rooms::isBehind),
            memory);
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
                    new TokenVerifier(new AuthConfig(SECRET, "", "", "")),
                    client,
                    connections.refusals()),
                sessions,
                recoveries,
                new Restoring(client, stays, rooms, packets),
                new Welcome(packets.payloads(), unlimited)),
            new EventRouter(
                List.of(Handlers.rooms(stays, packets)), new RateLimiter(unlimited, redis)),
            recoveries,
            sessions,
            new DeliveryReports(rooms, client));
    PendingBytes pending = new PendingBytes(Long.MAX_VALUE, Integer.MAX_VALUE);
    SocketIoServer socketIo =
        new SocketIoServer(
            new SocketIoConfig(
                Set.of("/"),
                Duration.ofSeconds(45),
                new SocketIoConfig.Limits(Duration.ofSeconds(10), 5, 65_536, 10, 10_000)),
            pending,
            () -> false,
            socket -> new ChatSession(socket, services));
    EngineServer engine =
        new EngineServer(
            engineConfig, new Origins(Set.of(), Set.of()), drainers, wheel, pending, socketIo);
    server = SocketServer.create("127.0.0.1", 0, connections, List.of(engine), routing -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    wheel.close();
    drainers.close();
    threads.close();
    client.close();
    core.close();
    lives.close();
    redis.close();
    memory.close();
  }

  @Test
  void aClientThatFailsOnItsWayInLeavesNothingBehind() {
    busFails = true;
    Client first = new Client(server.port());
    await().until(() -> first.socket.isInputClosed() || first.socket.isOutputClosed());
    await().until(connected::isEmpty);
    busFails = false;
    Client second = new Client(server.port());
    second.awaitHeard("42[\"connected\"");
    await().until(() -> connected.size() == 1);
  }

  @Test
  void aConnectionHasABoundOfRooms() {
    Client ana = new Client(server.port());
    ana.awaitHeard("42[\"connected\"");
    for (int i = 1; i <= 3; i++) {
      ana.say("42" + i + "[\"join-room\",\"r" + i + "\"]");
      ana.awaitHeard("43" + i + "[");
    }
    assertTrue(ana.heard.stream().anyMatch(text -> text.startsWith("432[{\"ok\":true")));
    String refused =
        ana.heard.stream().filter(text -> text.startsWith("433[")).findFirst().orElseThrow();
    assertTrue(refused.contains("\"TOO_MANY\""), refused);
    ana.say("424[\"join-room\",\"r2\"]");
    ana.awaitHeard("434[{\"ok\":true");
    ana.say("425[\"leave-room\",\"r1\"]");
    ana.awaitHeard("435[");
    ana.say("426[\"join-room\",\"r3\"]");
    ana.awaitHeard("436[{\"ok\":true");
    assertEquals(
        Set.of("r2", "r3"),
        connected.values().iterator().next().rooms().stream()
            .map(room -> room.value())
            .collect(java.util.stream.Collectors.toSet()));
  }
}
