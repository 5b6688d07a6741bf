package parley.fanout;

/// How events of rooms get from core to the edges that follow them: the setting `fanout`, which is
/// the same for both.
public final class FanOut {

  private FanOut() {}

  /// @param setting `redis`: through the bus, or `streams`: on the streams between core and edges
  /// @throws IllegalArgumentException when it is neither
  public static boolean byStreams(String setting) {
    return switch (setting) {
      case "redis" -> false;
      case "streams" -> true;
      default -> throw new IllegalArgumentException("fanout is redis or streams: " + setting);
    };
  }
}
