package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;

@Timeout(60)
class CommittedHeadsTest {

  private static final RoomId SLOW = new RoomId("slow");
  private static final RoomId QUICK = new RoomId("quick");

  private final AtomicLong clock = new AtomicLong(1_000);
  private final CommittedHeads heads = new CommittedHeads(clock::get);

  @Test
  void theToldClockStopsAtTheOldestEntryThatIsOnItsWayInAnyRoom() {
    assertEquals(1_000, heads.stamp(SLOW));
    clock.set(2_000);
    assertEquals(2_000, heads.stamp(QUICK));
    heads.advanced(QUICK, 1);
    heads.settled(QUICK);
    clock.set(9_000);
    assertEquals(1_000, heads.told());
    heads.advanced(SLOW, 1);
    heads.settled(SLOW);
    assertEquals(9_000, heads.told());
    assertEquals(Map.of(SLOW, 1L, QUICK, 1L), heads.take());
    assertEquals(Map.of(), heads.take());
  }

  @Test
  void whatIsNumberedAgainKeepsTheRoomWhereItWas() {
    heads.stamp(SLOW);
    clock.set(5_000);
    assertEquals(5_000, heads.stamp(SLOW), "the new time of the entry");
    assertEquals(1_000, heads.told(), "the first attempt may still arrive");
  }

  @Test
  void aClockThatGoesBackStandsStill() {
    assertEquals(1_000, heads.told());
    clock.set(500);
    assertEquals(1_000, heads.stamp(SLOW), "never before what was told");
    assertEquals(1_000, heads.told());
  }

  /// Whatever the threads do: an entry that was not among the heads when a time was told is not
  /// older than that time.
  @Test
  void noEntryIsOlderThanATimeThatWasToldWithoutIt() throws Exception {
    CommittedHeads real = new CommittedHeads(System::currentTimeMillis);
    Map<RoomId, Long> seen = new HashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread[] lanes = new Thread[4];
    java.util.concurrent.ConcurrentMap<String, Long> times =
        new java.util.concurrent.ConcurrentHashMap<>();
    for (int i = 0; i < lanes.length; i++) {
      RoomId room = new RoomId("room-" + i);
      seen.put(room, 0L);
      lanes[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (long seq = 1; !over.get(); seq++) {
                      long at = real.stamp(room);
                      Thread.yield();
                      if (ThreadLocalRandom.current().nextInt(50) == 0) {
                        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                      }
                      times.put(room + "/" + seq, at);
                      real.advanced(room, seq);
                      real.settled(room);
                    }
                  });
    }
    for (int i = 0; i < 300; i++) {
      long told = real.told();
      real.take().forEach((room, seq) -> seen.merge(room, seq, Math::max));
      Thread.yield();
      seen.forEach(
          (room, seq) -> {
            Long next = times.get(room + "/" + (seq + 1));
            assertTrue(next == null || next >= told, () -> room + " " + next + " < " + told);
          });
    }
    over.set(true);
    for (Thread lane : lanes) {
      lane.join();
    }
  }
}
