package parley.edge.room;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each start once, each end once.
@Timeout(30)
class TypingEchoTest {

  private final TypingEcho echo = new TypingEcho();
  private final long now = Long.MAX_VALUE - 5; // nanoTime may turn over

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void aRepeatIsNoNewsAndCarriesOn() {
    assertTrue(echo.started("ana", 5_000, now));
    assertFalse(echo.started("ana", 5_000, now + seconds(4)));
    assertFalse(echo.expired("ana", now + seconds(7)), "it was said again since");
    assertTrue(echo.expired("ana", now + seconds(10)));
    assertFalse(echo.expired("ana", now + seconds(10)), "once");
  }

  @Test
  void whatPresenceEndsIsNotEndedTwice() {
    echo.started("ana", 5_000, now);
    assertTrue(echo.stopped("ana"));
    assertFalse(echo.stopped("ana"));
    assertFalse(echo.expired("ana", now + seconds(20)));
  }

  @Test
  void whoDoesNotSayHowLongTypesForFiveSeconds() {
    echo.started("ana", 0, now);
    assertFalse(echo.expired("ana", now + seconds(5)));
    assertTrue(echo.expired("ana", now + seconds(6)));
  }
}
