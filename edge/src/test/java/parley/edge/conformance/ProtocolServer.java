package parley.edge.conformance;

import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import parley.edge.Defaults;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;
import parley.edge.engineio.Drainers;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.EngineConfig;
import parley.edge.engineio.EngineListener;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.EngineSession;
import parley.edge.engineio.Origins;
import parley.edge.engineio.Packet;
import parley.edge.engineio.Wheel;
import parley.edge.http.SocketServer;
import parley.edge.socketio.SocketIoConfig;
import parley.edge.socketio.SocketIoServer;

/// What the official protocol suites need: an Engine.IO echo on `/engine.io/`, and on `/socket.io/`
/// the namespaces `/` and `/custom` with the handlers of {@link EchoApplication}. Ping interval and
/// timeout are 300 and 200 ms, a namespace must be joined within a second, and nothing is said
/// unasked.
///
/// From the command line: `PORT [eio3] [deflate] [slow]`, where `slow` means pings as in
/// production.
public final class ProtocolServer implements AutoCloseable {

  private static final Duration CROWDED_TIMEOUT = Duration.ofMillis(100);

  /// How connections of Socket.IO ended.
  final Queue<EndReason> ends = new ConcurrentLinkedQueue<>();

  /// What clients have begun to say: 2 MB at the most, 1.2 MB of each.
  final PendingBytes pending = new PendingBytes(new PendingLimits(2_000_000, 1_200_000));

  /// Opened by a test: clients that are to wait are let in.
  final CountDownLatch letIn = new CountDownLatch(1);

  /// Is there little room left?
  volatile boolean crowded;

  private final Drainers drainers = new Drainers(2);
  private final Wheel wheel;
  private final EngineServer engine;
  private final EngineServer socketIo;
  private final Connections connections;
  private final WebServer server;

  private ProtocolServer(int port, EngineConfig config, Duration connectTimeout) {
    this.wheel = Wheel.of(config.heartbeat());
    Origins origins = new Origins(Set.of("http://allowed.example"), Set.of("own.example"));
    this.engine =
        new EngineServer(
            at("/engine.io/", config), origins, drainers, wheel, pending, ProtocolServer::echo);
    this.socketIo =
        new EngineServer(
            at("/socket.io/", config),
            origins,
            drainers,
            wheel,
            pending,
            new SocketIoServer(
                new SocketIoConfig(
                    Set.of("/", "/custom"),
                    connectTimeout,
                    new SocketIoConfig.Limits(CROWDED_TIMEOUT, 5, 65_536, 10, 10_000)),
                pending,
                () -> crowded,
                socket -> new EchoApplication(socket, ends::add, letIn)));
    this.connections = new Connections(Defaults.CONNECTIONS);
    this.server =
        SocketServer.create(
            "127.0.0.1", port, connections, List.of(engine, socketIo), routing -> {});
    server.start();
  }

  /// With the timings of the suites.
  static ProtocolServer start() {
    return start(config -> config);
  }

  /// @param change of the configuration for the suites
  static ProtocolServer start(UnaryOperator<EngineConfig> change) {
    return new ProtocolServer(0, change.apply(suites()), Duration.ofSeconds(1));
  }

  /// With pings that no test minds, and a minute to join a namespace.
  static ProtocolServer startPatient() {
    return new ProtocolServer(0, slow(suites()), Duration.ofMinutes(1));
  }

  /// Pings that no test has to wait for, or to mind.
  static EngineConfig slow(EngineConfig config) {
    return new EngineConfig(
        config.path(),
        Defaults.ENGINE.heartbeat(),
        config.sizes(),
        config.transports(),
        config.http());
  }

  static EngineConfig transports(EngineConfig config, boolean eio3, boolean deflate) {
    return new EngineConfig(
        config.path(),
        config.heartbeat(),
        config.sizes(),
        new EngineConfig.Transports(
            true, true, config.transports().upgradeTimeout(), eio3, deflate),
        config.http());
  }

  private static EngineConfig suites() {
    EngineConfig defaults = Defaults.ENGINE;
    return new EngineConfig(
        "/",
        new EngineConfig.Heartbeat(Duration.ofMillis(300), Duration.ofMillis(200), Duration.ZERO),
        new EngineConfig.Sizes(1_000_000, 8_000_000),
        defaults.transports(),
        defaults.http());
  }

  private static EngineConfig at(String path, EngineConfig config) {
    return new EngineConfig(
        path, config.heartbeat(), config.sizes(), config.transports(), config.http());
  }

  private static EngineListener echo(EngineSession session) {
    return new EngineListener() {
      @Override
      public void message(String text) {
        byte[] packet = ("4" + text).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        session.send(Packet.of(packet, packet.length, false));
      }

      @Override
      public void binary(byte[] bytes) {
        session.send(Packet.binary(bytes));
      }

      @Override
      public void closed(EndReason reason) {}
    };
  }

  int port() {
    return server.port();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /// Sessions on both paths.
  int sessions() {
    return engine.sessions() + socketIo.sessions();
  }

  @Override
  public void close() {
    server.stop();
    connections.close();
    drainers.close();
    wheel.close();
  }

  public static void main(String[] arguments) throws InterruptedException {
    List<String> given = List.of(arguments);
    EngineConfig config = transports(suites(), given.contains("eio3"), given.contains("deflate"));
    boolean slow = given.contains("slow");
    Duration connectTimeout = Duration.ofSeconds(slow ? 45 : 1);
    ProtocolServer server =
        new ProtocolServer(
            Integer.parseInt(given.getFirst()), slow ? slow(config) : config, connectTimeout);
    System.out.println("listening on " + server.url());
    Thread.currentThread().join();
  }
}
