package parley.core.receipt;

import java.time.Duration;
import java.util.Map;
import parley.process.Settings;

/// Receipts.
///
/// @param toRoom several messages that were read are told to the room, and not to their senders
///     alone
/// @param ttl of the read sets in Redis
public record ReceiptConfig(boolean toRoom, Duration ttl) {

  /// @throws IllegalArgumentException naming the setting that is wrong
  public static ReceiptConfig from(Settings settings) {
    return new ReceiptConfig(
        settings.choice("RECEIPTS_AUDIENCE", "room", Map.of("room", true, "senders", false)),
        settings.duration(
            "RECEIPTS_TTL", Duration.ofDays(7), Duration.ofSeconds(1), Duration.ofDays(3_650)));
  }
}
