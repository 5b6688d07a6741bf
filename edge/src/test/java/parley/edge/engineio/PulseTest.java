package parley.edge.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The heartbeat by a clock of the test's own: interval 25 s, timeout 20 s.
@Timeout(30)
class PulseTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final class Heart implements Pulse.Heart {
    int pings;
    boolean dead;
    boolean receiving;

    @Override
    public boolean receiving() {
      return receiving;
    }

    @Override
    public void ping() {
      pings++;
    }

    @Override
    public void dead() {
      dead = true;
    }
  }

  private final Heart heart = new Heart();
  private final long start = System.nanoTime();

  private Pulse pulse(boolean v3) {
    return new Pulse(
        new EngineConfig.Heartbeat(Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ZERO),
        v3,
        heart);
  }

  /// Runs the timer until then.
  private void run(Pulse pulse, long from, long until) {
    long now = from;
    while (now < until && !heart.dead) {
      long next = pulse.due(now);
      if (next < 0) {
        return;
      }
      assertTrue(next > 0, "time goes on");
      now += next;
    }
  }

  @Test
  void pingsComeEveryIntervalWhenTheyAreAnswered() {
    Pulse pulse = pulse(false);
    long now = start;
    for (int i = 1; i <= 10; i++) {
      long pinged = now;
      while (heart.pings < i) {
        pinged = now;
        now += pulse.due(now);
      }
      long late = pinged - start - i * 25 * SECOND;
      assertTrue(Math.abs(late) < 2 * SECOND, () -> "off by " + late);
      pulse.heard(pinged + SECOND);
      pulse.pong();
    }
    assertFalse(heart.dead);
  }

  @Test
  void aSilentClientIsDeadWhenItsPongIsOverdue() {
    Pulse pulse = pulse(false);
    run(pulse, start, start + 40 * SECOND);
    assertEquals(1, heart.pings);
    assertFalse(heart.dead);
    assertFalse(pulse.overdue(start + 44 * SECOND));
    assertTrue(pulse.overdue(start + 46 * SECOND), "whoever asks knows before the timer does");
    run(pulse, start + 44 * SECOND, start + 50 * SECOND);
    assertTrue(heart.dead);
  }

  @Test
  void aTalkingClientIsNotAndNeitherIsOneThatWaitsForUs() {
    Pulse pulse = pulse(false);
    run(pulse, start, start + 26 * SECOND);
    pulse.heard(start + 40 * SECOND);
    run(pulse, start + 44 * SECOND, start + 58 * SECOND);
    assertFalse(heart.dead, "it said something");
    heart.receiving = true;
    run(pulse, start + 58 * SECOND, start + 200 * SECOND);
    assertFalse(heart.dead, "a request of its is on its way");
    heart.receiving = false;
    pulse.busy(true);
    run(pulse, start + 200 * SECOND, start + 400 * SECOND);
    assertFalse(heart.dead, "something of its is being handled");
  }

  @Test
  void aProcessThatStoodStillPingsBeforeItJudges() {
    Pulse pulse = pulse(false);
    long awake = start + 300 * SECOND;
    long next = pulse.due(awake);
    assertEquals(1, heart.pings);
    assertFalse(heart.dead);
    assertTrue(next > 15 * SECOND, "the client has all its time");
  }

  /// As where the timeout is more than twice the interval: the next ping is due before this one
  /// goes out.
  @Test
  void aPingThatIsLaterThanTheNextIsDueIsNotTheLast() {
    Pulse pulse =
        new Pulse(
            new EngineConfig.Heartbeat(
                Duration.ofSeconds(25), Duration.ofSeconds(60), Duration.ZERO),
            false,
            heart);
    long awake = start + 54 * SECOND;
    long next = pulse.due(awake);
    assertTrue(next >= 0, "the timer is kept");
    pulse.pong();
    pulse.due(awake + next);
    assertEquals(2, heart.pings);
  }

  @Test
  void versionThreesClientsPingByThemselves() {
    Pulse pulse = pulse(true);
    run(pulse, start, start + 44 * SECOND);
    assertEquals(0, heart.pings);
    assertFalse(heart.dead);
    run(pulse, start + 44 * SECOND, start + 60 * SECOND);
    assertTrue(heart.dead);
  }

  @Test
  void aPulseThatWasStoppedNeverBeatsAgain() {
    Pulse pulse = pulse(false);
    pulse.stop();
    assertEquals(-1, pulse.due(start + 25 * SECOND));
    assertEquals(0, heart.pings);
  }

  @Test
  void theFirstPingsOfAMassReconnectAreSpread() {
    Set<Long> seconds = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Pulse pulse =
          new Pulse(
              new EngineConfig.Heartbeat(
                  Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(6)),
              false,
              heart);
      long first = pulse.firstNanos();
      assertTrue(first > 18 * SECOND && first <= 25 * SECOND);
      seconds.add(first / SECOND);
    }
    assertTrue(seconds.size() >= 6, seconds::toString);
  }
}
