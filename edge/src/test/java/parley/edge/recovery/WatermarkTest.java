package parley.edge.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import parley.contract.RoomId;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;

/// Up to when everything was delivered.
class WatermarkTest {

  private final Map<String, Long> delivered = new HashMap<>(); // rooms of this edge
  private long now = 1;
  private final Watermark watermark =
      new Watermark(
          (room, seq) -> delivered.containsKey(room.value()) && delivered.get(room.value()) < seq,
          () -> now);

  private void told(String node, long clock, Object... roomsAndHeads) {
    Heads.Builder heads = Heads.newBuilder().setClockMs(clock);
    for (int i = 0; i < roomsAndHeads.length; i += 2) {
      heads.addRooms(
          RoomHead.newBuilder()
              .setRoomId(new RoomId((String) roomsAndHeads[i]).value())
              .setSeq((Integer) roomsAndHeads[i + 1]));
    }
    watermark.told(node, heads.build());
  }

  @Test
  void itIsTheNodesClockOnceTheHeadsAreReached() {
    delivered.put("r", 4L);
    told("a", 1_000, "r", 4);
    assertEquals(1_000, watermark.get());
    told("a", 2_000, "r", 6);
    assertEquals(1_000, watermark.get(), "6 is not delivered");
    delivered.put("r", 6L);
    told("a", 3_000);
    assertEquals(3_000, watermark.get());
  }

  @Test
  void roomsThatTheEdgeIsNotInHoldNothingBack() {
    told("a", 1_000, "elsewhere", 9);
    assertEquals(1_000, watermark.get());
  }

  @Test
  void theSlowestNodeCounts() {
    told("a", 5_000);
    assertEquals(5_000, watermark.get());
    told("b", 2_000);
    assertEquals(5_000, watermark.get(), "it never goes back");
    told("a", 6_000);
    assertEquals(5_000, watermark.get());
    told("b", 5_500);
    assertEquals(5_500, watermark.get());
  }

  @Test
  void afterAStreamBrokeItStandsStillForFiveSecondsAndThenTheNodeCountsNoMore() {
    told("a", 1_000);
    told("b", 1_000);
    watermark.lost("b");
    now += TimeUnit.SECONDS.toNanos(4);
    told("a", 5_000);
    assertEquals(1_000, watermark.get());
    now += TimeUnit.SECONDS.toNanos(2);
    told("a", 7_000);
    assertEquals(7_000, watermark.get());
  }

  @Test
  void aNodeThatIsBackInTimeCountsAgain() {
    told("a", 1_000);
    told("b", 1_000);
    watermark.lost("b");
    now += TimeUnit.SECONDS.toNanos(2);
    told("b", 3_000);
    now += TimeUnit.SECONDS.toNanos(4);
    told("a", 7_000);
    assertEquals(3_000, watermark.get());
  }

  /// A room that is far behind for minutes: its heads are joined, none is forgotten.
  @Test
  void headsThatAreNotReachedForLongAreAllReachedInTheEnd() {
    delivered.put("r", 0L);
    for (int i = 1; i <= 1_000; i++) {
      told("a", i, "r", i);
    }
    assertEquals(0, watermark.get());
    delivered.put("r", 999L);
    told("a", 1_001);
    assertEquals(999, watermark.get());
    delivered.put("r", 1_000L);
    told("a", 1_002);
    assertEquals(1_002, watermark.get());
  }
}
