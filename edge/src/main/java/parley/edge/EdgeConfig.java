package parley.edge;

import io.helidon.config.Config;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.contract.ServiceToken;
import parley.edge.auth.AuthConfig;
import parley.edge.connection.ConnectionLimits;
import parley.edge.engineio.EngineConfig;
import parley.edge.limit.LimitConfig;
import parley.edge.recovery.RecoveryConfig;
import parley.edge.socketio.SocketIoConfig;
import parley.fanout.FanOut;
import parley.fanout.redis.BusAddress;
import parley.fanout.redis.RedisAddress;

/// What an edge can be told. Each key is also an environment variable: upper case, dots as
/// underscores. `docs/configuration.md` lists them, with their defaults.
public record EdgeConfig(
    String host,
    int port,
    ConnectionLimits connections,
    EngineConfig engine,
    SocketIoConfig socketIo,
    AuthConfig auth,
    Set<String> origins,
    LimitConfig limits,
    RecoveryConfig recovery,
    DrainConfig drain,
    RedisAddress redis,
    BusAddress bus,
    boolean fanOutByStreams,
    ServiceToken serviceToken,
    List<String> coreAddresses,
    int coreStreams,
    List<String> presenceAddresses,
    boolean presenceOfAll,
    int mostRooms,
    Set<String> attachmentSchemes,
    boolean sanitise,
    DemoConfig demo) {

  /// How an edge stops.
  ///
  /// @param notice between being not ready, and letting nobody in and sending the first client
  /// elsewhere
  /// @param perSecond clients, unless that takes too long
  /// @param atMost for all of them
  public record DrainConfig(Duration notice, int perSecond, Duration atMost) {}

  /// The demo page.
  ///
  /// @param enabled serves the page, and tokens to anybody
  /// @param users offered on the page
  /// @param clientFolder where the official client's file was put at build time; empty = none
  public record DemoConfig(boolean enabled, List<String> users, String clientFolder) {}

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static EdgeConfig from(Config config) {
    AuthConfig auth =
        new AuthConfig(
            text(config, "jwt.secret", ""),
            text(config, "jwt.jwks.uri", ""),
            text(config, "jwt.issuer", ""),
            text(config, "jwt.audience", ""));
    if (auth.secret().isEmpty() && auth.jwksUri().isEmpty()) {
      throw new IllegalArgumentException(
          "no key to verify tokens with: set JWT_SECRET (for HS256), or JWT_JWKS_URI (for RS256 and"
              + " ES256)");
    }
    String token = text(config, "service.token", "");
    if (token.isBlank()) {
      throw new IllegalArgumentException(
          "SERVICE_TOKEN is not set (environment), nor service.token (YAML)");
    }
    RedisAddress redis =
        RedisAddress.parse(
            text(config, "redis.url", "redis://localhost:6379"),
            text(config, "redis.password", ""),
            number(config, "redis.db", 0));
    return new EdgeConfig(
        text(config, "socket.host", "0.0.0.0"),
        number(config, "socket.port", 3001),
        connections(config),
        engine(config),
        socketIo(config),
        auth,
        origins(config),
        limits(config),
        recovery(config),
        new DrainConfig(
            millis(config, "drain.notice", 0),
            Math.max(1, number(config, "drain.rate", 500)),
            millis(config, "drain.limit", 15_000)),
        redis,
        BusAddress.parse(
            text(config, "redis.bus.url", ""), text(config, "redis.password", ""), redis),
        FanOut.byStreams(text(config, "fanout", "redis")),
        new ServiceToken(token),
        list(text(config, "core.addresses", "127.0.0.1:9101")),
        number(config, "core.streams", 2),
        list(text(config, "presence.addresses", "127.0.0.1:9102")),
        presenceOfAll(text(config, "presence.audience", "rooms")),
        Math.max(1, number(config, "socket.max.rooms", 500)),
        Set.copyOf(list(text(config, "attachment.schemes", "https"))),
        config.get("sanitise.output").asBoolean().orElse(true),
        new DemoConfig(
            config.get("demo.enabled").asBoolean().orElse(false),
            list(text(config, "demo.users", "ana,ben,cleo,dan")),
            text(config, "demo.client.folder", "")));
  }

  private static ConnectionLimits connections(Config config) {
    return new ConnectionLimits(
        number(config, "socket.max.connections", 0),
        millis(config, "socket.head.timeout", 15_000),
        millis(config, "socket.body.timeout", 30_000),
        millis(config, "socket.keep.alive", 75_000));
  }

  private static boolean presenceOfAll(String audience) {
    return switch (audience) {
      case "rooms" -> false;
      case "all" -> true;
      default ->
          throw new IllegalArgumentException("presence.audience is rooms or all: " + audience);
    };
  }

  private static EngineConfig engine(Config config) {
    String path = text(config, "socket.path", "/socket.io");
    Duration interval = millis(config, "socket.ping.interval", 25_000);
    return new EngineConfig(
        path.endsWith("/") ? path : path + "/",
        new EngineConfig.Heartbeat(
            interval, millis(config, "socket.ping.timeout", 60_000), interval.dividedBy(4)),
        new EngineConfig.Sizes(
            number(config, "socket.max.http.buffer.size", 1_000_000),
            number(config, "socket.outbox.bytes", 1_000_000)),
        transports(config),
        new EngineConfig.Http(
            number(config, "socket.compression.threshold", 1_024),
            text(config, "socket.cookie", "")));
  }

  private static EngineConfig.Transports transports(Config config) {
    List<String> names = list(text(config, "socket.transports", "polling,websocket"));
    if (names.isEmpty() || !Set.of("polling", "websocket").containsAll(names)) {
      throw new IllegalArgumentException(
          "socket.transports must name polling, websocket, or both: " + names);
    }
    return new EngineConfig.Transports(
        names.contains("polling"),
        names.contains("websocket"),
        millis(config, "socket.upgrade.timeout", 10_000),
        config.get("socket.allow.eio3").asBoolean().orElse(false),
        config.get("socket.per.message.deflate").asBoolean().orElse(false));
  }

  private static SocketIoConfig socketIo(Config config) {
    Set<String> namespaces = new HashSet<>(list(text(config, "socket.namespaces", "")));
    namespaces.add(SocketIoConfig.MAIN);
    for (String namespace : namespaces) {
      if (!namespace.startsWith("/") || namespace.contains("?")) {
        throw new IllegalArgumentException(
            "socket.namespaces: begins with a slash and has no query: " + namespace);
      }
    }
    return new SocketIoConfig(
        namespaces,
        millis(config, "socket.connect.timeout", 45_000),
        number(config, "socket.max.attachments", 10));
  }

  private static LimitConfig limits(Config config) {
    return new LimitConfig(
        config.get("socket.rate.limit.enabled").asBoolean().orElse(true),
        number(config, "socket.rate.limit.messages", 30),
        number(config, "socket.rate.limit.others", 300),
        Duration.ofSeconds(number(config, "socket.rate.limit.window", 60)),
        config.get("socket.rate.limit.fail.open").asBoolean().orElse(true));
  }

  private static RecoveryConfig recovery(Config config) {
    return new RecoveryConfig(
        config.get("recovery.enabled").asBoolean().orElse(true),
        millis(config, "recovery.keep", 120_000),
        number(config, "recovery.events", 1_000),
        number(config, "recovery.bytes", 512 * 1_024),
        list(
            text(
                config,
                "recovery.unaware.agents",
                "okhttp,Java/,python,aiohttp,Dart,CFNetwork,Go-http-client")));
  }

  private static Set<String> origins(Config config) {
    return Stream.concat(
            list(text(config, "frontend.url", "http://localhost:3000")).stream(),
            list(text(config, "cors.origin", "")).stream())
        .map(origin -> origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> list(String commas) {
    return Arrays.stream(commas.split(",", -1))
        .map(String::trim)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static String text(Config config, String key, String otherwise) {
    return config.get(key).asString().orElse(otherwise);
  }

  private static int number(Config config, String key, int otherwise) {
    int number = config.get(key).asInt().orElse(otherwise);
    if (number < 0) {
      throw new IllegalArgumentException(key + " must not be negative");
    }
    return number;
  }

  private static Duration millis(Config config, String key, int otherwise) {
    return Duration.ofMillis(number(config, key, otherwise));
  }
}
