package parley.core;

import io.helidon.config.Config;
import java.time.Duration;
import java.util.Optional;
import parley.contract.ServiceToken;
import parley.fanout.FanOut;
import parley.fanout.redis.BusAddress;
import parley.fanout.redis.RedisAddress;

/// What the core service can be told. Each key is also an environment variable: upper case, dots as
/// underscores. `docs/configuration.md` lists them.
///
/// @param host `core.host`: address to listen on; default 127.0.0.1
/// @param port `core.port`: gRPC port; default 9101
/// @param mongodbUri `mongodb.uri`: no default
/// @param allowWeak `mongodb.allow.weak`: accept a URI that weakens durability; default false
/// @param redis `redis.url`, `redis.password`, `redis.db`
/// @param bus `redis.bus.url`; where it is empty, `redis`
/// @param serviceToken `service.token`: the secret between services; no default
/// @param openUsers `open.users`: create the user of a valid token on first sight; default false
/// @param openRooms `open.rooms`: create a room, open, on first join; default false
/// @param commitsInFlight `core.commits.in.flight`: writes under way at once; default 2
/// @param retention `core.retention`: what is older is removed (ISO 8601); default PT0S, nothing is
/// @param largeRoom `presence.large.room`: with more members users are not told of one by one, nor
///     read sets kept; default 500
/// @param receiptsToRoom `receipts.audience`: several messages that were read are told to the
///     `room`, or to their `senders` alone; default room
/// @param receiptsTtl `receipts.ttl`: of the read sets in Redis (ISO 8601); default P7D
/// @param fanOutByStreams `fanout`: events of rooms go to edges through `redis`, or through their
///     `streams`; default redis
public record CoreConfig(
    String host,
    int port,
    String mongodbUri,
    boolean allowWeak,
    RedisAddress redis,
    BusAddress bus,
    ServiceToken serviceToken,
    boolean openUsers,
    boolean openRooms,
    int commitsInFlight,
    Duration retention,
    int largeRoom,
    boolean receiptsToRoom,
    Duration receiptsTtl,
    boolean fanOutByStreams) {

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static CoreConfig from(Config config) {
    RedisAddress redis =
        RedisAddress.parse(
            config.get("redis.url").asString().orElse("redis://localhost:6379"),
            config.get("redis.password").asString().orElse(""),
            config.get("redis.db").asInt().orElse(0));
    return new CoreConfig(
        config.get("core.host").asString().orElse("127.0.0.1"),
        config.get("core.port").asInt().orElse(9101),
        required(config, "mongodb.uri", "MONGODB_URI"),
        config.get("mongodb.allow.weak").asBoolean().orElse(false),
        redis,
        BusAddress.parse(
            config.get("redis.bus.url").asString().orElse(""),
            config.get("redis.password").asString().orElse(""),
            redis),
        new ServiceToken(required(config, "service.token", "SERVICE_TOKEN")),
        config.get("open.users").asBoolean().orElse(false),
        config.get("open.rooms").asBoolean().orElse(false),
        config.get("core.commits.in.flight").asInt().orElse(2),
        config.get("core.retention").as(Duration.class).orElse(Duration.ZERO),
        config.get("presence.large.room").asInt().orElse(500),
        receiptsToRoom(config.get("receipts.audience").asString().orElse("room")),
        config.get("receipts.ttl").as(Duration.class).orElse(Duration.ofDays(7)),
        FanOut.byStreams(config.get("fanout").asString().orElse("redis")));
  }

  private static boolean receiptsToRoom(String audience) {
    return switch (audience) {
      case "room" -> true;
      case "senders" -> false;
      default ->
          throw new IllegalArgumentException("receipts.audience is room or senders: " + audience);
    };
  }

  private static String required(Config config, String key, String variable) {
    Optional<String> value = config.get(key).asString().asOptional();
    return value
        .filter(v -> !v.isBlank())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    variable + " is not set (environment), nor " + key + " (YAML)"));
  }
}
