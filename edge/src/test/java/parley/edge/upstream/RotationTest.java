package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RotationTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private List<String> addresses = List.of("a", "b");
  private final Rotation rotation = new Rotation(() -> addresses, 0, 0);

  @Test
  void allAreTriedBeforeItIsWaited() {
    assertEquals(Set.of("a", "b"), Set.of(rotation.next(0), rotation.next(0)));
    assertNull(rotation.next(0));
  }

  @Test
  void neverLongerThanThreeSeconds() {
    long now = 0;
    for (int i = 0; i < 100; i++) {
      now += 3 * SECOND;
      assertNotNull(rotation.next(now));
      assertNotNull(rotation.next(now));
    }
  }

  @Test
  void whoLivedIsFollowedByTheNextAtOnce() {
    long now = 0;
    for (int i = 0; i < 20; i++) {
      now += 3 * SECOND;
      rotation.next(now);
      rotation.next(now);
    }
    rotation.ended(now, 10 * SECOND);
    assertNotNull(rotation.next(now));
  }

  @Test
  void whoDiesAtOnceIsNoSuccess() {
    addresses = List.of("a");
    long now = 0;
    int attempts = 0;
    for (; now < 60 * SECOND; now += SECOND / 100) {
      if (rotation.next(now) != null) {
        attempts++;
        rotation.ended(now, SECOND / 100);
      }
    }
    assertTrue(attempts < 60, attempts + " attempts in a minute");
  }

  @Test
  void whileNoNameLeadsAnywhereItIsAskedAgain() {
    addresses = List.of();
    assertNull(rotation.next(0));
    addresses = List.of("a");
    assertEquals("a", rotation.next(3 * SECOND));
  }
}
