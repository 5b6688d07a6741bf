package parley.edge;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import parley.edge.auth.AuthConfig;
import parley.edge.engineio.EngineConfig;
import parley.edge.http.HttpConfig;
import parley.edge.limit.LimitConfig;
import parley.edge.recovery.RecoveryConfig;
import parley.edge.socketio.SocketIoConfig;
import parley.edge.upstream.UpstreamConfig;
import parley.fanout.redis.RedisConfig;
import parley.process.Settings;

/// What an edge can be told: the settings of its packages. `docs/configuration.md` lists them.
public record EdgeConfig(
    HttpConfig http,
    EngineConfig engine,
    SocketIoConfig socketIo,
    AuthConfig auth,
    ChatConfig chat,
    LimitConfig limits,
    RecoveryConfig recovery,
    DrainConfig drain,
    RedisConfig redis,
    UpstreamConfig upstream) {

  /// What clients may say and hear.
  ///
  /// @param mostRooms that one connection may be in
  /// @param presenceOfAll everybody hears of a user, not only those of their rooms, and friends
  /// @param attachmentSchemes of attachments' addresses
  /// @param sanitise `<` and `>` of what anybody wrote become `&lt;` and `&gt;`
  public record ChatConfig(
      int mostRooms, boolean presenceOfAll, Set<String> attachmentSchemes, boolean sanitise) {

    static ChatConfig from(Settings settings) {
      return new ChatConfig(
          settings.number("SOCKET_MAX_ROOMS", 500, 1, 1_000_000),
          settings.choice("PRESENCE_AUDIENCE", "rooms", Map.of("rooms", false, "all", true)),
          Set.copyOf(settings.list("ATTACHMENT_SCHEMES", "https")),
          settings.flag("SANITISE_OUTPUT", true));
    }
  }

  /// How an edge stops.
  ///
  /// @param notice between being not ready, and letting nobody in and sending the first client
  /// elsewhere
  /// @param perSecond clients, unless that takes too long
  /// @param atMost for all of them
  public record DrainConfig(Duration notice, int perSecond, Duration atMost) {

    static DrainConfig from(Settings settings) {
      return new DrainConfig(
          settings.millis("DRAIN_NOTICE", 0, 0, 600_000),
          settings.number("DRAIN_RATE", 500, 1, 1_000_000),
          settings.millis("DRAIN_LIMIT", 15_000, 0, 3_600_000));
    }
  }

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static EdgeConfig from(Settings settings) {
    EngineConfig engine = EngineConfig.from(settings);
    return new EdgeConfig(
        HttpConfig.from(settings, engine.sizes().maxPayload()),
        engine,
        SocketIoConfig.from(settings),
        AuthConfig.from(settings),
        ChatConfig.from(settings),
        LimitConfig.from(settings),
        RecoveryConfig.from(settings),
        DrainConfig.from(settings),
        RedisConfig.from(settings),
        UpstreamConfig.from(settings));
  }
}
