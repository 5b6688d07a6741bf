package parley.edge.recovery;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.process.Settings;

/// Connection state recovery.
///
/// @param enabled offered to clients that can use it
/// @param keep how long a connection that ended can be continued
/// @param mostEvents that a connection may have missed; beyond it begins anew
/// @param mostBytes likewise, of their packets
/// @param unaware words in the user agents of clients that would be taken for JavaScript's and
///     cannot take away the extra argument
public record RecoveryConfig(
    boolean enabled, Duration keep, int mostEvents, int mostBytes, List<String> unaware) {

  /// How user agents of JavaScript's runtimes begin; Node's two clients are `node` and
  /// `node-XMLHttpRequest`.
  private static final List<String> JAVASCRIPT = List.of("Mozilla/", "node", "Bun/", "Deno/");

  private static final String NODE_EXTENSION = "client_max_window_bits";

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

  /// What is a client offered? Sure are its own word, and a `pid` that it gives back. Before
  /// either, JavaScript's clients are known by their first request: browsers and the runtimes by
  /// their user agent, Node's WebSocket, which names none, by the extension that it asks for. An
  /// offset is an argument more for whoever does not take it away, so nobody else is sent one.
  ///
  /// @param userAgent of its first request, empty when absent
  /// @param extensions that it asked for, likewise
  /// @param returns it gives back a `pid`
  /// @param wish what it said itself, null when nothing
  public RecoveryOffer offer(
      String userAgent, String extensions, boolean returns, @Nullable Boolean wish) {
    if (!enabled || Boolean.FALSE.equals(wish)) {
      return RecoveryOffer.NOTHING;
    }
    boolean sure = Boolean.TRUE.equals(wish) || returns;
    return sure || isJavaScript(userAgent, extensions) ? RecoveryOffer.ALL : RecoveryOffer.PID;
  }

  private boolean isJavaScript(String userAgent, String extensions) {
    return userAgent.isEmpty()
        ? extensions.contains(NODE_EXTENSION)
        : JAVASCRIPT.stream().anyMatch(userAgent::startsWith)
            && unaware.stream().noneMatch(userAgent::contains);
  }
}
