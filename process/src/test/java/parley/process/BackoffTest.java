package parley.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void delaysDoubleUpToTheLongestAndHalfOfEachIsAtRandom() {
    Backoff backoff = new Backoff();
    for (long most : new long[] {50, 100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000}) {
      long millis = backoff.next().toMillis();
      assertTrue(millis >= most / 2 && millis <= most, () -> millis + " of " + most);
    }
    backoff.reset();
    assertTrue(backoff.next().toMillis() <= 50);
  }

  @Test
  void anInterruptEndsThePause() {
    Thread.currentThread().interrupt();
    assertFalse(new Backoff().pause());
    assertTrue(Thread.interrupted());
  }

  @Test
  void itIsTriedUntilItSucceedsAndSaidOnceThatItWaits() throws Exception {
    List<String> steps = new ArrayList<>();
    new Backoff(Duration.ofMillis(2), Duration.ofMillis(2))
        .until(
            () -> {
              steps.add("attempt");
              return steps.size() == 4;
            },
            () -> steps.add("waits"));
    assertEquals(List.of("attempt", "waits", "attempt", "attempt"), steps);
  }

  @Test
  void delaysThatAreNoneAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
