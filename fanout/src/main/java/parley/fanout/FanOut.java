package parley.fanout;

import java.util.Map;
import parley.process.Settings;

/// How events of rooms get from core to the edges that follow them: the setting `FANOUT`, which is
/// the same for both.
public final class FanOut {

  private FanOut() {}

  /// @return `redis`: false, through the bus; `streams`: true, on the streams between core and
  /// edges
  /// @throws IllegalArgumentException when it is neither
  public static boolean byStreams(Settings settings) {
    return settings.choice("FANOUT", "redis", Map.of("redis", false, "streams", true));
  }
}
