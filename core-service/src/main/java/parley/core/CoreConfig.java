package parley.core;

import parley.contract.ServiceToken;
import parley.core.log.LogConfig;
import parley.core.receipt.ReceiptConfig;
import parley.core.store.StoreConfig;
import parley.fanout.FanOut;
import parley.fanout.redis.RedisConfig;
import parley.process.ListenAddress;
import parley.process.Settings;

/// What the core service can be told: the settings of its packages. `docs/configuration.md` lists
/// them.
///
/// @param listen address of gRPC
/// @param serviceToken the secret between services
/// @param open who is let in without having been made known
/// @param largeRoom with more members users are not told of one by one, nor read sets kept
/// @param fanOutByStreams events of rooms go to edges through their streams, and not through the
/// bus
public record CoreConfig(
    ListenAddress listen,
    ServiceToken serviceToken,
    StoreConfig store,
    RedisConfig redis,
    LogConfig log,
    ReceiptConfig receipts,
    Open open,
    int largeRoom,
    boolean fanOutByStreams) {

  /// What is made on first sight.
  ///
  /// @param users of a valid token
  /// @param rooms on first join, open to all
  public record Open(boolean users, boolean rooms) {}

  /// @throws IllegalArgumentException saying which setting is missing or wrong
  public static CoreConfig from(Settings settings) {
    return new CoreConfig(
        ListenAddress.from(settings, "CORE", "127.0.0.1", 9101),
        ServiceToken.from(settings),
        StoreConfig.from(settings),
        RedisConfig.from(settings),
        LogConfig.from(settings),
        ReceiptConfig.from(settings),
        new Open(settings.flag("OPEN_USERS", false), settings.flag("OPEN_ROOMS", false)),
        settings.number("PRESENCE_LARGE_ROOM", 500, 1, 1_000_000),
        FanOut.byStreams(settings));
  }
}
