package parley.edge.vocabulary;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Times as clients get them: ISO 8601, UTC, with milliseconds. Most times that are written are of
/// this very second, so the text of the last one is kept. Safe for any thread.
final class Times {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

  private record Second(long number, String text) {}

  private static volatile Second latest = second(0);

  private Times() {}

  private static Second second(long number) {
    return new Second(number, SECONDS.format(Instant.ofEpochSecond(number)));
  }

  /// @param millis since 1970
  static String text(long millis) {
    long number = Math.floorDiv(millis, 1_000L);
    Second known = latest;
    if (known.number != number) {
      known = second(number);
      latest = known;
    }
    int rest = Math.floorMod(millis, 1_000);
    char[] digits = {digit(rest / 100), digit(rest / 10 % 10), digit(rest % 10), 'Z'};
    return known.text.concat(new String(digits));
  }

  private static char digit(int value) {
    return (char) ('0' + value);
  }
}
