package parley.core.log;

import java.time.Duration;
import parley.process.Settings;

/// How the log is written and kept.
///
/// @param commitsInFlight writes under way at once
/// @param retention what is older is removed; zero = nothing ever is
public record LogConfig(int commitsInFlight, Duration retention) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static LogConfig from(Settings settings) {
    return new LogConfig(
        settings.number("CORE_COMMITS_IN_FLIGHT", 2, 1, 64),
        settings.duration("CORE_RETENTION", Duration.ZERO, Duration.ZERO, Duration.ofDays(36_500)));
  }
}
