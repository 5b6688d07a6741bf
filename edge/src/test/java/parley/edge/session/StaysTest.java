package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.edge.engineio.EndReason;
import parley.edge.room.Joining;
import parley.edge.room.Occupant;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.RoomJoined;

/// The one way into a room and out of it, with a session on the wire.
@Timeout(60)
class StaysTest {

  private static final RoomId ROOM = new RoomId("r");

  /// Writes down how it is answered.
  private record Arrival(Stay stay, List<String> answers) implements Joining {
    Arrival(Stay stay) {
      this(stay, new CopyOnWriteArrayList<>());
    }

    @Override
    public Occupant member() {
      return stay;
    }

    @Override
    public long since() {
      return FROM_NOW;
    }

    @Override
    public void joined(long seq, List<RoomEvent> missed) {
      answers.add("joined");
    }

    @Override
    public void partOf(long head, List<RoomEvent> missed, boolean in) {
      answers.add("part");
    }

    @Override
    public void reset(long floor, long head) {
      answers.add("reset");
    }

    @Override
    public void refused(Refusal why, boolean in) {
      answers.add("refused " + why);
    }
  }

  private WireEdge edge;
  private WireClient ana;
  private ChatSession session;

  @BeforeEach
  void start() throws Exception {
    edge = new WireEdge();
    ana = edge.client("ana");
    session = edge.sessionOf("ana");
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private Stay enter(long permittedAt) {
    RoomJoined permission = RoomJoined.newBuilder().setPermittedAt(permittedAt).build();
    return edge.stays.enter(session, ROOM, permission, Joining.FROM_NOW).stay();
  }

  private List<String> attach(Stay stay) {
    Arrival arrival = new Arrival(stay);
    edge.stays.attach(stay, arrival);
    await().until(() -> !arrival.answers.isEmpty());
    return arrival.answers;
  }

  /// Delivers a message to a witness who is in the room: whoever else is in it has been offered it.
  private void deliver(WireClient witness, String content) {
    edge.publish(edge.log.message("r", content));
    await().until(() -> witness.heardOf(content));
  }

  @Test
  void aStayIsInItsRoomFromTheWayInToTheWayOut() {
    WireClient ben = edge.client("ben");
    ben.join("r");
    Stay stay = enter(0);
    assertEquals(Set.of(ROOM), session.rooms());
    assertEquals(List.of("joined"), attach(stay));
    deliver(ben, "inside");
    await().until(() -> ana.heardOf("inside"));
    assertTrue(edge.stays.leave(session, ROOM, Leaving.LEFT));
    deliver(ben, "outside");
    ana.say("427[\"leave-room\",\"r\"]");
    ana.awaitHeard("437["); // behind whatever was sent before
    assertFalse(ana.heardOf("outside"));
    assertEquals(Set.of(), session.rooms());
  }

  @Test
  void aStayEndsOnce() {
    Stay stay = enter(0);
    assertTrue(edge.stays.leave(stay, Leaving.LEFT));
    assertFalse(edge.stays.leave(stay, Leaving.LEFT));
    assertFalse(edge.stays.leave(session, ROOM, Leaving.LEFT));
    edge.stays.dropped(stay); // the room may be late: that ends nobody
    assertTrue(session.send(RoomPackets.removed(new RoomId("witness"))));
    await().until(() -> ana.heardOf("witness"));
  }

  @Test
  void whoAsksAgainIsInTheStayThatLasts() {
    Stay stay = enter(3);
    assertSame(stay, enter(5));
    assertEquals(5, stay.permitted());
    enter(4);
    assertEquals(5, stay.permitted(), "an answer that came late");
  }

  @Test
  void theEndOfAnEarlierStayIsNotThatOfTheNext() {
    Stay earlier = enter(0);
    edge.stays.leave(earlier, Leaving.LEFT);
    Stay next = enter(0);
    assertNotSame(earlier, next);
    assertFalse(edge.stays.leave(earlier, Leaving.LEFT));
    assertTrue(edge.stays.removed(earlier, 9));
    assertFalse(next.over());
    assertEquals(Set.of(ROOM), session.rooms());
  }

  @Test
  void aStayThatEndedOnTheWayEntersNothing() {
    WireClient ben = edge.client("ben");
    ben.join("r");
    Stay stay = enter(0);
    edge.stays.leave(stay, Leaving.LEFT);
    assertEquals(List.of("refused LEFT"), attach(stay));
    deliver(ben, "outside");
    assertFalse(ana.heardOf("outside"));
    assertEquals(Set.of(), session.rooms());
  }

  /// It may never be: refused, or cut off.
  @Test
  void whatARoomHasDeliveredIsNotDeliveredToWhoIsOnTheWayIn() {
    WireClient ben = edge.client("ben");
    ben.join("r");
    deliver(ben, "before");
    Stay stay = enter(1);
    session.pinged();
    session.ponged();
    assertEquals(List.of("joined"), attach(stay));
    deliver(ben, "after");
    await().until(() -> ana.heardOf("after"));
    session.pinged();
    session.ponged();
    await().until(() -> edge.log.marks.stream().anyMatch(mark -> mark.getUpTo() == 2));
    assertEquals(1, edge.log.marks.size(), edge.log.marks::toString);
  }

  @Test
  void aSessionThatIsOverEntersNothing() {
    session.disconnected(EndReason.TRANSPORT_CLOSE);
    Stay stay = enter(0);
    assertTrue(stay.over());
    assertEquals(List.of("refused LEFT"), attach(stay));
    assertEquals(Set.of(), session.rooms());
  }

  @Test
  void aRemovalBelowThePermissionEndsNothing() {
    Stay stay = enter(5);
    assertFalse(edge.stays.removed(stay, 4));
    assertFalse(edge.stays.removed(stay, 5), "core let it in knowing of it");
    assertFalse(stay.over());
    assertTrue(edge.stays.removed(stay, 6));
    assertTrue(stay.over());
    assertTrue(edge.stays.removed(stay, 7), "it is out, whatever follows");
    ana.say("427[\"leave-room\",\"r\"]");
    ana.awaitHeard("437[");
    assertEquals(1, ana.heard.stream().filter(text -> text.contains("membership ended")).count());
  }

  /// An event that was on its way in when its session ended, or left.
  @Test
  void nobodyTypesWhereTheyAreNot() {
    TypingReports reports = new TypingReports(edge.presence);
    Stay stay = enter(0);
    reports.started(session, ROOM);
    assertEquals(List.of(ROOM), session.typing().rooms());
    edge.stays.leave(stay, Leaving.LEFT);
    reports.started(session, ROOM);
    assertEquals(List.of(), session.typing().rooms());
    enter(0);
    reports.started(session, ROOM);
    session.disconnected(EndReason.TRANSPORT_CLOSE);
    reports.started(session, ROOM);
    assertEquals(List.of(), session.typing().rooms());
  }

  @Test
  void aStayThatCannotBeDeliveredToEndsItsConnection() {
    Stay stay = enter(0);
    edge.stays.dropped(stay);
    await().until(ana::over);
    await().until(edge.connected::isEmpty);
    assertTrue(stay.over());
  }
}
