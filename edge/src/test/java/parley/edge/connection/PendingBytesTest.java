package parley.edge.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PendingBytesTest {

  private final PendingBytes pending = new PendingBytes(new PendingLimits(100 * 4_096, 40 * 4_096));

  @Test
  void eachIsBoundedAndAllTogetherAre() {
    PendingBytes.Account one = pending.account();
    PendingBytes.Account two = pending.account();
    PendingBytes.Account three = pending.account();
    assertTrue(one.hold(40 * 4_096));
    assertFalse(one.hold(40 * 4_096 + 1), "more than one may");
    assertTrue(two.hold(40 * 4_096));
    assertFalse(three.hold(30 * 4_096), "more than all may");
    assertEquals(80 * 4_096, pending.used());
    one.release();
    assertTrue(three.hold(30 * 4_096));
  }

  @Test
  void whatEndsGivesAllBackAndTakesNoMore() {
    PendingBytes.Account one = pending.account();
    assertTrue(one.hold(20 * 4_096));
    assertTrue(one.hold(10 * 4_096 + 5));
    assertEquals(10 * 4_096, pending.used());
    one.close();
    assertEquals(0, pending.used());
    assertFalse(one.hold(4_096));
    assertEquals(0, pending.used());
  }
}
