package parley.presence;

import io.helidon.config.Config;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import parley.contract.ServiceToken;
import parley.fanout.redis.BusAddress;
import parley.fanout.redis.RedisAddress;

/// What the presence service can be told. Each key is also an environment variable: upper case,
/// dots as underscores. `docs/configuration.md` lists them.
///
/// @param host `presence.host`: address to listen on; default 127.0.0.1
/// @param port `presence.port`: gRPC port; default 9102
/// @param redis `redis.url`, `redis.password`, `redis.db`
/// @param bus `redis.bus.url`; where it is empty, `redis`
/// @param serviceToken `service.token`: the secret between services; no default
/// @param lease `presence.lease`: how long a dead edge's users stay online (ISO 8601); default
///     PT10S
/// @param grace `presence.grace`: how long a user may be without a connection before it counts as
///     gone; default PT2S
/// @param typingExpiry `typing.expiry`: after which typing ends unless it is said again; default
///     PT5S
/// @param largeRoom `presence.large.room`: with more users in it a room is told counts; default 500
/// @param keyTtl `presence.key.ttl`: of users' keys, which are renewed as long as they are
///     connected; default P1D
/// @param coreAddresses `core.addresses`: who stores when users were last seen; default
///     127.0.0.1:9101
public record PresenceConfig(
    String host,
    int port,
    RedisAddress redis,
    BusAddress bus,
    ServiceToken serviceToken,
    Duration lease,
    Duration grace,
    Duration typingExpiry,
    int largeRoom,
    Duration keyTtl,
    List<String> coreAddresses) {

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static PresenceConfig from(Config config) {
    String token = config.get("service.token").asString().orElse("");
    if (token.isBlank()) {
      throw new IllegalArgumentException(
          "SERVICE_TOKEN is not set (environment), nor service.token (YAML)");
    }
    RedisAddress redis =
        RedisAddress.parse(
            config.get("redis.url").asString().orElse("redis://localhost:6379"),
            config.get("redis.password").asString().orElse(""),
            config.get("redis.db").asInt().orElse(0));
    return new PresenceConfig(
        config.get("presence.host").asString().orElse("127.0.0.1"),
        config.get("presence.port").asInt().orElse(9102),
        redis,
        BusAddress.parse(
            config.get("redis.bus.url").asString().orElse(""),
            config.get("redis.password").asString().orElse(""),
            redis),
        new ServiceToken(token),
        duration(config, "presence.lease", Duration.ofSeconds(10)),
        duration(config, "presence.grace", Duration.ofSeconds(2)),
        duration(config, "typing.expiry", Duration.ofSeconds(5)),
        config.get("presence.large.room").asInt().orElse(500),
        duration(config, "presence.key.ttl", Duration.ofDays(1)),
        Arrays.stream(
                config.get("core.addresses").asString().orElse("127.0.0.1:9101").split(",", -1))
            .map(String::trim)
            .filter(address -> !address.isEmpty())
            .toList());
  }

  private static Duration duration(Config config, String key, Duration otherwise) {
    return config.get(key).as(Duration.class).orElse(otherwise);
  }
}
