package parley.edge.connection;

import parley.process.Settings;

/// How many bytes clients may have begun to say and not finished.
///
/// @param inAll of all connections
/// @param each of one connection
public record PendingLimits(long inAll, int each) {

  /// @param largest bytes of a message, which must find room while it comes
  /// @throws IllegalArgumentException naming the setting that is wrong
  public static PendingLimits from(Settings settings, int largest) {
    int all = settings.number("SOCKET_PENDING_BYTES", 0, 0, Integer.MAX_VALUE);
    int each = settings.number("SOCKET_PENDING_BYTES_EACH", 0, 0, 1_000_000_000);
    if (each != 0 && each < largest) {
      throw new IllegalArgumentException(
          "SOCKET_PENDING_BYTES_EACH must be 0, or at least what SOCKET_MAX_HTTP_BUFFER_SIZE is ("
              + largest
              + "), not `"
              + each
              + "`");
    }
    return new PendingLimits(
        all == 0 ? Runtime.getRuntime().maxMemory() / 8 : all, each == 0 ? 2 * largest : each);
  }
}
