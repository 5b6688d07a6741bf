package parley.edge.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;

/// What is known of removals, and from where on.
@Timeout(30)
class RemovalsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");

  private final Removals removals = new Removals();

  @Test
  void aRemovalVoidsWhatWasPermittedBelowItAndNothingElse() {
    removals.begin(3);
    removals.add(ANA, 7);
    assertTrue(removals.standsAbove(ANA, 6));
    assertFalse(removals.standsAbove(ANA, 7));
    assertFalse(removals.standsAbove(BEN, 0));
  }

  @Test
  void theLastRemovalOfAUserCounts() {
    removals.begin(0);
    removals.add(ANA, 2);
    removals.add(ANA, 9);
    assertTrue(removals.standsAbove(ANA, 8));
  }

  @Test
  void whatIsForgottenIsSaidToBeUnknown() {
    removals.begin(0);
    assertEquals(0, removals.since());
    for (int i = 1; i <= 300; i++) {
      removals.add(new UserId("u" + i), i);
    }
    assertEquals(44, removals.since(), "256 are remembered");
    assertTrue(removals.standsAbove(new UserId("u45"), 44));
  }
}
