package parley.edge.vocabulary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Times in JSON.
class TimesTest {

  @Test
  void aTimeHasMillisecondsAlways() {
    assertEquals("1970-01-01T00:00:00.000Z", Times.text(0));
    assertEquals("2026-11-28T11:40:07.020Z", Times.text(1_795_866_007_020L));
    assertEquals("1969-12-31T23:59:59.999Z", Times.text(-1));
  }

  @Test
  void itIsAsTheFormatSaysWhateverWasWrittenBefore() {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long some = random.nextLong(-1L << 40, 1L << 42);
      for (long millis : List.of(some, some + 1, some - random.nextInt(2_000))) {
        assertEquals(format.format(Instant.ofEpochMilli(millis)), Times.text(millis));
      }
    }
  }
}
