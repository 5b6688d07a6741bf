package parley.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
  void delaysThatAreNoneAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
