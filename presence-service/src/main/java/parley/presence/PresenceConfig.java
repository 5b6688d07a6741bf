package parley.presence;

import java.time.Duration;
import java.util.List;
import parley.contract.ServiceToken;
import parley.fanout.redis.RedisConfig;
import parley.process.ListenAddress;
import parley.process.Settings;

/// What the presence service can be told. `docs/configuration.md` lists it.
///
/// @param listen address of gRPC
/// @param serviceToken the secret between services
/// @param largeRoom with more users in it a room is told counts
/// @param coreAddresses who stores when users were last seen; empty = nobody does
public record PresenceConfig(
    ListenAddress listen,
    ServiceToken serviceToken,
    RedisConfig redis,
    Times times,
    int largeRoom,
    List<String> coreAddresses) {

  /// How long what is known holds.
  ///
  /// @param lease how long a dead edge's users stay online
  /// @param grace how long a user may be without a connection before it counts as gone
  /// @param typing after which typing ends unless it is said again
  /// @param keys of users in Redis, which are renewed as long as they are connected
  public record Times(Duration lease, Duration grace, Duration typing, Duration keys) {

    static Times from(Settings settings) {
      Duration hour = Duration.ofHours(1);
      return new Times(
          settings.duration("PRESENCE_LEASE", Duration.ofSeconds(10), Duration.ofMillis(500), hour),
          settings.duration("PRESENCE_GRACE", Duration.ofSeconds(2), Duration.ZERO, hour),
          settings.duration("TYPING_EXPIRY", Duration.ofSeconds(5), Duration.ofMillis(100), hour),
          settings.duration(
              "PRESENCE_KEY_TTL",
              Duration.ofDays(1),
              Duration.ofSeconds(10),
              Duration.ofDays(3_650)));
    }
  }

  public PresenceConfig {
    coreAddresses = List.copyOf(coreAddresses);
  }

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static PresenceConfig from(Settings settings) {
    return new PresenceConfig(
        ListenAddress.from(settings, "PRESENCE", "127.0.0.1", 9102),
        ServiceToken.from(settings),
        RedisConfig.from(settings),
        Times.from(settings),
        settings.number("PRESENCE_LARGE_ROOM", 500, 1, 1_000_000),
        settings.addresses("CORE_ADDRESSES", "127.0.0.1:9101", 0));
  }
}
