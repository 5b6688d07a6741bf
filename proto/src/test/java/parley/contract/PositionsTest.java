package parley.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import parley.proto.chat.Message;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.Voided;

class PositionsTest {

  @Test
  void anEventStandsForItsPosition() {
    assertEquals(7, Positions.last(RoomEvent.newBuilder().setSeq(7).build()));
    assertEquals(
        7,
        Positions.last(
            RoomEvent.newBuilder().setSeq(7).setMessage(Message.getDefaultInstance()).build()));
  }

  @Test
  void aVoidMayStandForSeveral() {
    RoomEvent.Builder event = RoomEvent.newBuilder().setSeq(7);
    assertEquals(7, Positions.last(event.setVoided(Voided.getDefaultInstance()).build()));
    assertEquals(9, Positions.last(event.setVoided(Voided.newBuilder().setUpTo(9)).build()));
  }
}
