package parley.presence;

import io.helidon.config.Config;
import java.time.Duration;
import parley.contract.ServiceToken;
import parley.fanout.redis.RedisAddress;

/// What the presence service can be told. Each key is also an environment variable: upper case,
/// dots as underscores. `docs/configuration.md` lists them.
///
/// @param host `presence.host`: address to listen on; default 127.0.0.1
/// @param port `presence.port`: gRPC port; default 9102
/// @param redis `redis.url`, `redis.password`, `redis.db`
/// @param serviceToken `service.token`: the secret between services; no default
/// @param lease `presence.lease`: how long a dead edge's users stay online (ISO 8601); default
/// PT10S
public record PresenceConfig(
    String host, int port, RedisAddress redis, ServiceToken serviceToken, Duration lease) {

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static PresenceConfig from(Config config) {
    String token = config.get("service.token").asString().orElse("");
    if (token.isBlank()) {
      throw new IllegalArgumentException(
          "SERVICE_TOKEN is not set (environment), nor service.token (YAML)");
    }
    return new PresenceConfig(
        config.get("presence.host").asString().orElse("127.0.0.1"),
        config.get("presence.port").asInt().orElse(9102),
        RedisAddress.parse(
            config.get("redis.url").asString().orElse("redis://localhost:6379"),
            config.get("redis.password").asString().orElse(""),
            config.get("redis.db").asInt().orElse(0)),
        new ServiceToken(token),
        config.get("presence.lease").as(Duration.class).orElse(Duration.ofSeconds(10)));
  }
}
