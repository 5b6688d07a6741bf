package parley.edge.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.room.RoomCursor.Next;
import parley.edge.socketio.EventEncoder;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.Voided;
import parley.proto.relay.LogPage;

/// Who enters a room, and who does not: what the log says of removals has the last word.
@Timeout(30)
class EntrantsTest {

  private static final RoomId ROOM = new RoomId("r");
  private static final Packet PACKET =
      EventEncoder.event("e", false, out -> out.writeString("text"));

  private final List<RoomEvent> log = new ArrayList<>();
  private final ArrayDeque<Signal> answers = new ArrayDeque<>();
  private final RoomCursor cursor = new RoomCursor();
  private final Broadcast broadcast = new Broadcast(ROOM);
  private final Entrants entrants =
      new Entrants(
          ROOM,
          (room, since, upTo, limit, answer) -> answer.accept(page(since, upTo, limit)),
          answers::add,
          cursor,
          broadcast);
  private boolean away;
  private long floor;

  private LogPage page(long since, long upTo, int limit) {
    LogPage.Builder page = LogPage.newBuilder().setHead(log.size()).setFloor(floor);
    for (long seq = since + 1; seq <= upTo && page.getEventsCount() < limit; seq++) {
      RoomEvent event = log.get((int) seq - 1);
      if (event.getSeq() == seq) { // else it is among those that the one before stands for
        page.addEvents(event);
      }
    }
    return away ? null : page.build();
  }

  private void write(int entries) {
    for (int i = 0; i < entries; i++) {
      log.add(RoomEvent.newBuilder().setSeq(log.size() + 1).build());
    }
  }

  /// A void that stands for so many positions.
  private void writeVoid(int positions) {
    RoomEvent one =
        RoomEvent.newBuilder()
            .setSeq(log.size() + 1)
            .setVoided(Voided.newBuilder().setUpTo(log.size() + positions))
            .build();
    log.addAll(Collections.nCopies(positions, one));
  }

  private void remove(String user) {
    log.add(
        RoomEvent.newBuilder()
            .setSeq(log.size() + 1)
            .setMemberRemoved(MemberRemoved.newBuilder().setUserId(user))
            .build());
  }

  /// The room begins at the head of the log.
  private void begin() {
    cursor.ask();
    cursor.fetched(LogPage.newBuilder().setHead(log.size()).build());
    entrants.removals().begin(log.size());
  }

  /// The next entry of the log is delivered, as a room does it.
  private void deliverNext() {
    RoomEvent event = log.get((int) cursor.position());
    cursor.take(event);
    if (event.hasMemberRemoved()) {
      UserId user = new UserId(event.getMemberRemoved().getUserId());
      entrants.removals().add(user, event.getSeq());
      broadcast.removed(user, event.getSeq());
    }
    entrants.hold(event.getSeq(), PACKET);
    broadcast.begin(Delivery.logged(event.getSeq(), PACKET));
    broadcast.finish();
  }

  /// Core's answers arrive.
  private void answer() {
    while (answers.poll() instanceof Signal.Answered(Entrant entrant, LogPage page)) {
      entrants.answered(entrant, page);
    }
  }

  private Listener arrive(long since, long permitted) {
    Listener ana = new Listener("ana", since, permitted);
    entrants.arrive(ana);
    return ana;
  }

  @Test
  void whoWasLetInAtThePresentPositionEntersAtOnce() {
    write(3);
    begin();
    Listener ana = arrive(Joining.FROM_NOW, 3);
    assertEquals(List.of("joined 3"), ana.answers);
    assertTrue(answers.isEmpty(), "core was not asked");
  }

  @Test
  void aRemovalDeliveredBeforeTheArrivalKeepsOut() {
    write(1);
    begin();
    remove("ana");
    write(1);
    deliverNext();
    deliverNext();
    Listener ana = arrive(Joining.FROM_NOW, 1);
    assertEquals(List.of("refused REMOVED"), ana.answers);
    assertFalse(broadcast.contains(ana));
  }

  @Test
  void aRemovalBeforeTheRoomWasFollowedKeepsOut() {
    write(1);
    remove("ben");
    remove("ana");
    write(2);
    begin(); // at 5
    Listener ana = arrive(Joining.FROM_NOW, 1);
    answer();
    assertEquals(List.of("refused REMOVED"), ana.answers);
  }

  @Test
  void whatWasWrittenBeforeTheRoomWasFollowedKeepsNobodyElseOut() {
    remove("ben");
    write(600); // more than a page
    begin();
    Listener ana = arrive(Joining.FROM_NOW, 0);
    answer();
    assertEquals(List.of("joined 601"), ana.answers);
    assertTrue(broadcast.contains(ana));
  }

  @Test
  void aRemovalWhileTheLogIsReadKeepsOut() {
    write(5);
    begin();
    Listener ana = arrive(Joining.FROM_NOW, 1);
    remove("ana");
    write(1);
    deliverNext();
    deliverNext();
    answer();
    assertEquals(List.of("refused REMOVED"), ana.answers);
  }

  @Test
  void aRemovalWhileThePastIsReadKeepsOutAndNothingIsTold() {
    write(5);
    begin();
    Listener ana = arrive(2, 5);
    assertEquals(List.of(), ana.answers);
    remove("ana");
    write(1);
    deliverNext();
    deliverNext();
    answer();
    assertEquals(List.of("refused REMOVED"), ana.answers);
    assertEquals(List.of(), ana.heard);
  }

  @Test
  void whoIsAddedAgainEntersThoughTheRemovalIsStillToCome() {
    write(1);
    begin();
    remove("ana");
    write(1); // she is added again
    Listener ana = arrive(Joining.FROM_NOW, 3);
    assertEquals(List.of("joined 1"), ana.answers);
    deliverNext();
    deliverNext();
    assertEquals(List.of(2L, 3L), ana.heard);
    remove("ana");
    write(1);
    deliverNext();
    deliverNext();
    assertEquals(List.of(2L, 3L), ana.heard);
  }

  @Test
  void aVoidThatStandsForSeveralPositionsKeepsNobodyOut() {
    write(1);
    writeVoid(4);
    begin(); // at 5
    Listener vetted = arrive(Joining.FROM_NOW, 1);
    Listener back = arrive(1, 5);
    answer();
    assertEquals(List.of("joined 5"), vetted.answers);
    assertEquals(List.of("joined 5"), back.answers);
  }

  @Test
  void whatNobodyCanTellKeepsOutForNow() {
    write(5);
    begin();
    away = true;
    Listener ana = arrive(Joining.FROM_NOW, 1);
    answer();
    assertEquals(List.of("refused UNREACHABLE"), ana.answers);
    away = false;
    floor = 3;
    Listener again = arrive(Joining.FROM_NOW, 1);
    answer();
    assertEquals(List.of("refused UNREACHABLE"), again.answers);
  }

  @Test
  void whoWaitsForCoreIsAnsweredInTime() {
    Listener ana = arrive(Joining.FROM_NOW, 1);
    assertEquals(List.of(), ana.answers);
    long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Entrants.PATIENCE_MILLIS);
    assertTrue(entrants.expire(later - TimeUnit.SECONDS.toNanos(2)) > 0);
    assertEquals(List.of(), ana.answers);
    assertTrue(entrants.expire(later) < 0);
    assertEquals(List.of("refused UNREACHABLE"), ana.answers);
    assertTrue(entrants.isEmpty());
  }

  @Test
  void whoLeavesBeforeTheyAreInIsAnswered() {
    Listener ana = arrive(Joining.FROM_NOW, 1);
    entrants.leave(ana);
    assertEquals(List.of("refused LEFT"), ana.answers);
    write(1);
    begin();
    Listener over = new Listener("ana", Joining.FROM_NOW, 1);
    over.over = true;
    entrants.arrive(over);
    assertEquals(List.of("refused LEFT"), over.answers);
  }

  @Test
  void whoKnowsMoreThanWeDoMakesUsAskCore() {
    write(2);
    begin();
    write(2);
    Listener ana = new Listener("ana", 4, 4);
    assertEquals(Next.FETCH, entrants.arrive(ana));
    cursor.fetched(page(2, 4, 10));
    entrants.proceed();
    assertEquals(List.of("joined 4"), ana.answers);
    Listener ben = new Listener("ben", 9, 4);
    assertEquals(Next.FETCH, entrants.arrive(ben));
    cursor.fetched(LogPage.newBuilder().setHead(4).build());
    entrants.proceed();
    assertEquals(List.of("reset 0 4"), ben.answers);
  }

  @Test
  void anEntrantThatThrowsIsDropped() {
    write(1);
    begin();
    Listener ana =
        new Listener("ana", Joining.FROM_NOW, 1) {
          @Override
          public void joined(long seq, List<RoomEvent> missed) {
            throw new IllegalStateException("broken");
          }
        };
    entrants.arrive(ana);
    assertTrue(ana.dropped);
    assertFalse(broadcast.contains(ana));
  }
}
