package parley.process.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Redis answers to a script: numbers, bytes, lists of both, or nothing.
public final class Replies {

  private static final byte[] NOTHING = {};

  private Replies() {}

  /// Empty for nothing.
  public static String text(@Nullable Object reply) {
    return new String(bytes(reply), UTF_8);
  }

  /// Empty for nothing.
  public static byte[] bytes(@Nullable Object reply) {
    return switch (reply) {
      case null -> NOTHING;
      case byte[] bytes -> bytes;
      default -> String.valueOf(reply).getBytes(UTF_8);
    };
  }

  /// 0 for nothing.
  ///
  /// @throws NumberFormatException when it is none
  public static long number(@Nullable Object reply) {
    if (reply instanceof Long number) {
      return number;
    }
    String digits = text(reply);
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  /// Empty for nothing.
  public static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }
}
