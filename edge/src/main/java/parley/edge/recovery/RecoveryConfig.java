package parley.edge.recovery;

import java.time.Duration;
import java.util.List;

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
