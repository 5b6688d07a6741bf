package parley.edge.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.process.Settings;

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
  void theLargestMessageThatIsPermittedFindsRoom() {
    Settings roomy = Settings.of(Map.of("SOCKET_PENDING_BYTES", "100000000"));
    PendingLimits fitting = PendingLimits.from(roomy, 5_000_000);
    assertTrue(new PendingBytes(fitting).account().hold(5_000_000));
    Settings narrow = Settings.of(Map.of("SOCKET_PENDING_BYTES_EACH", "4999999"));
    String words =
        assertThrows(IllegalArgumentException.class, () -> PendingLimits.from(narrow, 5_000_000))
            .getMessage();
    assertTrue(words.startsWith("SOCKET_PENDING_BYTES_EACH"), words);
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
