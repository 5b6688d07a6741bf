package parley.edge.connection;

import parley.process.Settings;

/// How many bytes clients may have begun to say and not finished.
///
/// @param inAll of all connections
/// @param each of one connection
public record PendingLimits(long inAll, int each) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static PendingLimits from(Settings settings) {
    int all = settings.number("SOCKET_PENDING_BYTES", 0, 0, Integer.MAX_VALUE);
    return new PendingLimits(
        all == 0 ? Runtime.getRuntime().maxMemory() / 8 : all,
        settings.number("SOCKET_PENDING_BYTES_EACH", 2_000_000, 10_000, 1_000_000_000));
  }
}
