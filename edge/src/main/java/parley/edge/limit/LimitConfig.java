package parley.edge.limit;

import java.time.Duration;
import parley.process.Settings;

/// Budgets per user.
///
/// @param enabled false: nothing is counted
/// @param messages sends, edits and deletes in a window
/// @param others every other event in a window
/// @param window length
/// @param failOpen let events pass while Redis cannot be asked
public record LimitConfig(
    boolean enabled, int messages, int others, Duration window, boolean failOpen) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static LimitConfig from(Settings settings) {
    return new LimitConfig(
        settings.flag("SOCKET_RATE_LIMIT_ENABLED", true),
        settings.number("SOCKET_RATE_LIMIT_MESSAGES", 30, 1, 1_000_000_000),
        settings.number("SOCKET_RATE_LIMIT_OTHERS", 300, 1, 1_000_000_000),
        settings.seconds("SOCKET_RATE_LIMIT_WINDOW", 60, 1, 86_400),
        settings.flag("SOCKET_RATE_LIMIT_FAIL_OPEN", true));
  }
}
