package parley.edge.room;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.edge.NoBus;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;

/// Who enters a room: with what they missed, once and in order, and never past a removal.
class RoomEntryTest extends RoomFixture {

  @Test
  void whoJoinsFromNowGetsWhatComesAfter() {
    append("old");
    Client ana = join("ana", Joining.FROM_NOW);
    assertEquals(List.of("joined 1"), ana.words);
    publish(append("new"));
    await().until(() -> ana.seen.equals(List.of(2L)));
  }

  @Test
  void whoComesBackGetsExactlyWhatWasMissedThenWhatIsLive() {
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    Client ana = join("ana", 4);
    assertEquals(range(5, 10), ana.seen);
    publish(append("live"));
    await().until(() -> ana.seen.equals(range(5, 11)));
  }

  @Test
  void whatHappensWhileThePastIsReadIsHeldAndFollowsIt() {
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    Client here = join("ben", Joining.FROM_NOW);
    log.slow = true;
    Client ana = new Client("ana", 4);
    rooms.attach(ROOM, ana);
    await().until(() -> log.delayed.size() == 1);
    publish(append("meanwhile"));
    await().until(() -> here.seen.equals(List.of(11L)));
    assertEquals(List.of(), ana.seen, "no live event before the reply");
    log.slow = false;
    log.delayed.removeFirst().run();
    await().until(() -> ana.in);
    publish(append("after"));
    await().until(() -> ana.seen.equals(range(5, 12)));
  }

  @Test
  void moreThanAPageComesInParts() {
    for (int i = 0; i < 450; i++) {
      append("m" + i);
    }
    Client first = join("ana", 0);
    assertEquals(range(1, 200), first.seen);
    assertEquals(List.of("part of 450"), first.words);
    Client second = join("ana", 200);
    assertEquals(range(201, 400), second.seen);
    Client third = join("ana", 400);
    assertEquals(range(401, 450), third.seen);
    assertEquals(List.of("joined 450"), third.words);
    publish(append("live"));
    await().until(() -> third.seen.size() == 51);
    assertEquals(200, first.seen.size(), "who has a part only is not in yet");
  }

  @Test
  void positionsBeyondTheHeadOrBelowTheFloorReset() {
    append("m");
    assertEquals(List.of("reset 0 1"), join("ana", 7).words);
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    rooms.askAll();
    Client here = join("cleo", Joining.FROM_NOW);
    await().until(() -> here.in);
    log.floor = 5;
    Client below = join("ben", 2);
    assertEquals(List.of("reset 5 11"), below.words);
  }

  @Test
  void askingAgainFromWithinTheRoomRepeatsNothingThatIsLive() {
    for (int i = 0; i < 5; i++) {
      append("m" + i);
    }
    Client ana = join("ana", 2);
    log.slow = true;
    rooms.attach(ROOM, ana);
    await().until(() -> log.delayed.size() == 1);
    publish(append("meanwhile"));
    await().until(() -> ana.seen.equals(List.of(3L, 4L, 5L, 6L)));
    log.slow = false;
    log.delayed.removeFirst().run();
    await().until(() -> ana.words.size() == 2);
    publish(append("after"));
    await().until(() -> ana.seen.size() == 8);
    assertEquals(
        List.of(3L, 4L, 5L, 6L, 3L, 4L, 5L, 7L), ana.seen, "what was asked for, and 7 once");
  }

  /// Each in a turn of its own, so that they meet in every order.
  @Test
  void whoIsRemovedBeforeEnteringHearsNothing() {
    Client ben = join("ben", Joining.FROM_NOW);
    publish(append("both"));
    publish(appendRemoval("ana"));
    publish(append("only ben"));
    await().until(() -> ben.seen.equals(List.of(1L, 2L, 3L)));
    Client ana = new Client("ana", 0);
    ana.permitted = 1;
    rooms.attach(ROOM, ana);
    await().until(() -> ana.in);
    publish(append("later"));
    await().until(() -> ben.seen.size() == 4);
    assertEquals(List.of("refused REMOVED"), ana.words);
    assertEquals(List.of(), ana.seen);
  }

  /// A room that is given up lets nobody slip in behind its end. Turn by turn.
  @Test
  void whoComesAndGoesWhileARoomIsGivenUpIsNotLeftIn() {
    List<LocalRoom> made = new ArrayList<>();
    BusSubscriber capturing =
        new NoBus() {
          @Override
          public void follow(Topic topic, TopicListener listener) {
            made.add((LocalRoom) listener);
          }
        };
    try (RoomThreads none = new RoomThreads(0)) {
      LocalRooms few = new LocalRooms(capturing, none, log, new RoomPackets(new Payloads(true)));
      Client first = new Client("first", Joining.FROM_NOW);
      few.attach(ROOM, first);
      made.getFirst().begun(1);
      work(made);
      assertTrue(first.in);
      few.detach(ROOM, first);
      work(made);
      few.retireEmpty(0);
      Client ana = new Client("ana", Joining.FROM_NOW);
      few.attach(ROOM, ana);
      few.detach(ROOM, ana);
      work(made);
      Client witness = new Client("witness", Joining.FROM_NOW);
      few.attach(ROOM, witness);
      made.getLast().begun(1);
      work(made);
      made.getLast().event(BusEvent.newBuilder().setRoomEvent(append("new")).build().toByteArray());
      work(made);
      assertEquals(List.of(1L), witness.seen);
      assertEquals(List.of(), ana.seen);
    }
  }
}
