package parley.fanout.redis;

import parley.process.Settings;

/// Where Redis is.
///
/// @param state the Redis that keeps what services remember
/// @param bus where what happened is told; the same Redis where nothing else is said
public record RedisConfig(RedisAddress state, BusAddress bus) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static RedisConfig from(Settings settings) {
    String password = settings.secret("REDIS_PASSWORD");
    int database = settings.number("REDIS_DB", 0, 0, 1_000_000);
    RedisAddress state =
        settings.parsed(
            "REDIS_URL",
            "redis://localhost:6379",
            "redis:// or rediss://[user:password@]host[:port][/db]",
            url -> RedisAddress.parse(url, password, database));
    BusAddress bus =
        settings.parsed(
            "REDIS_BUS_URL",
            "",
            "as REDIS_URL, or redis-cluster://[user:password@]host:port,...",
            url -> BusAddress.parse(url, password, state));
    return new RedisConfig(state, bus);
  }
}
