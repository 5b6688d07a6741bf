package parley.edge.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PendingTest {

  private record Call(String name, long deadline) implements Pending.Call {
    @Override
    public boolean expired(long nowNanos) {
      return nowNanos > deadline;
    }
  }

  private final Pending<Call> pending = new Pending<>(3);
  private final Call first = new Call("first", 10);
  private final Call second = new Call("second", 20);
  private final Call third = new Call("third", 10);

  @Test
  void eachLeavesOnce() {
    long id = pending.add(first);
    assertEquals(first, pending.remove(id));
    assertNull(pending.remove(id));
    assertEquals(0, pending.size());
  }

  @Test
  void allLeaveInTheirOrder() {
    List.of(first, second, third).forEach(pending::add);
    assertEquals(List.of(first, second, third), pending.takeAll());
    assertEquals(0, pending.size());
  }

  @Test
  void whatIsLateLeavesAndMakesRoom() {
    List.of(first, second, third).forEach(pending::add);
    assertEquals(0, pending.add(new Call("too many", 10)));
    assertEquals(List.of(first, third), pending.takeExpired(15));
    assertEquals(1, pending.size());
    assertNotEquals(0, pending.add(new Call("fits", 30)));
  }
}
