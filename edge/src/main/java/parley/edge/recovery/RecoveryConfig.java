package parley.edge.recovery;

import java.time.Duration;
import java.util.List;
import parley.process.Settings;

/// Connection state recovery.
///
/// @param enabled offered to clients that can use it
/// @param keep how long a connection that ended can be continued
/// @param mostEvents that a connection may have missed; beyond it begins anew
/// @param mostBytes likewise, of their packets
/// @param unaware words in the user agent of clients that cannot strip the extra argument
public record RecoveryConfig(
    boolean enabled, Duration keep, int mostEvents, int mostBytes, List<String> unaware) {

  public RecoveryConfig {
    unaware = List.copyOf(unaware);
  }

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static RecoveryConfig from(Settings settings) {
    return new RecoveryConfig(
        settings.flag("RECOVERY_ENABLED", true),
        settings.millis("RECOVERY_KEEP", 120_000, 1_000, 86_400_000),
        settings.number("RECOVERY_EVENTS", 1_000, 1, 1_000_000),
        settings.number("RECOVERY_BYTES", 524_288, 1_000, 1_000_000_000),
        settings.list(
            "RECOVERY_UNAWARE_AGENTS",
            "okhttp,Java/,python,aiohttp,Dart,CFNetwork,Go-http-client"));
  }

  /// Is it offered to a client?
  ///
  /// @param userAgent of its first request
  /// @param wish what it said itself, null when nothing
  public boolean offeredTo(String userAgent, @org.jspecify.annotations.Nullable Boolean wish) {
    if (!enabled) {
      return false;
    }
    return wish == null ? unaware.stream().noneMatch(userAgent::contains) : wish;
  }
}
