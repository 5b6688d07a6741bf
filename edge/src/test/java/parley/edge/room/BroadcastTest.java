package parley.edge.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.socketio.EventEncoder;

/// Delivery to whoever is in a room.
@Timeout(30)
class BroadcastTest {

  private static final Packet PACKET =
      EventEncoder.event("e", false, out -> out.writeString("text"));

  private final Broadcast broadcast = new Broadcast(new RoomId("r"));

  private void deliver(long seq) {
    broadcast.begin(Delivery.logged(seq, PACKET));
  }

  @Test
  void whoThrowsIsDroppedAndNobodyElseIsHurt() {
    List<Listener> good = new ArrayList<>();
    List<Listener> bad = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      boolean throwing = i % 3 == 1 || i == 8; // one after the other, and the last
      Listener one =
          new Listener("u" + i) {
            @Override
            public boolean deliver(long seq, Packet packet) {
              if (throwing) {
                throw new IllegalStateException("broken");
              }
              return super.deliver(seq, packet);
            }
          };
      (throwing ? bad : good).add(one);
      broadcast.add(one);
    }
    deliver(1);
    deliver(2);
    while (broadcast.busy()) {
      broadcast.slice(2);
    }
    good.forEach(one -> assertEquals(List.of(1L, 2L), one.heard, one.name));
    assertTrue(bad.stream().allMatch(one -> one.dropped && !broadcast.contains(one)));
  }

  @Test
  void anOccupantThatCannotEvenBeDroppedIsOutAllTheSame() {
    Listener stubborn =
        new Listener("a") {
          @Override
          public boolean deliver(long seq, Packet packet) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void dropped() {
            throw new IllegalStateException("and again");
          }
        };
    Listener other = new Listener("b");
    broadcast.add(stubborn);
    broadcast.add(other);
    deliver(1);
    broadcast.finish();
    deliver(2);
    broadcast.finish();
    assertEquals(List.of(1L, 2L), other.heard);
    assertEquals(false, broadcast.contains(stubborn));
  }

  @Test
  void whoCannotBeDroppedKeepsNobodyElseIn() {
    Listener stubborn =
        new Listener("a") {
          @Override
          public void dropped() {
            throw new IllegalStateException("broken");
          }
        };
    Listener other = new Listener("b");
    broadcast.add(stubborn);
    broadcast.add(other);
    broadcast.dropAll();
    assertTrue(other.dropped);
    assertTrue(broadcast.isEmpty());
  }

  @Test
  void whoEntersHearsNothingThatBeganBefore() {
    Listener first = new Listener("a");
    broadcast.add(first);
    deliver(1);
    Listener second = new Listener("b");
    broadcast.add(second);
    deliver(2);
    broadcast.finish();
    assertEquals(List.of(1L, 2L), first.heard);
    assertEquals(List.of(2L), second.heard);
  }

  @Test
  void aRemovalPutsOutWhoWasLetInBeforeItOnly() {
    Listener before = new Listener("a");
    Listener behind = new Listener("a");
    behind.permitted = 5;
    broadcast.add(before);
    broadcast.add(behind);
    deliver(4);
    broadcast.removed(new UserId("a"), 5);
    deliver(6);
    broadcast.finish();
    assertEquals(List.of(4L), before.heard);
    assertEquals(List.of(4L, 6L), behind.heard);
  }

  @Test
  void aPositionIsReachedWhenTheLastWasOfferedIt() {
    for (int i = 0; i < 5; i++) {
      broadcast.add(new Listener("u" + i));
    }
    broadcast.rest(3);
    deliver(4);
    broadcast.slice(4);
    assertEquals(3, broadcast.reached());
    broadcast.slice(4);
    assertEquals(4, broadcast.reached());
  }
}
