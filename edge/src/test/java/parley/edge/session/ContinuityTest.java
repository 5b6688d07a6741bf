package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.recovery.RecoveryConfig;
import parley.edge.recovery.SaveListener;
import parley.edge.socketio.EventEncoder;
import parley.proto.recovery.SavedConnection;
import parley.proto.recovery.SavedRoom;

/// What is held back, sent and saved of a connection that its client can go on with, above a socket
/// on the wire.
@Timeout(60)
class ContinuityTest {

  private static final RoomId ROOM = new RoomId("r");

  private WireEdge edge;
  private WireClient ana;
  private ChatSession session;
  private Continuity continuity;

  @BeforeEach
  void start() throws Exception {
    edge = new WireEdge();
    ana = edge.client("ana");
    session = edge.sessionOf("ana");
    continuity =
        new Continuity(edge.sockets.get(session.connection().value()), edge.recoveries, null, null);
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private static Packet packet(String name) {
    return EventEncoder.event(name, false, out -> out.writeString("it"));
  }

  private static RecoveryConfig most(int events) {
    return new RecoveryConfig(true, Duration.ofMinutes(2), events, 500_000, List.of());
  }

  private List<String> heard(String last) {
    ana.awaitHeard("42[\"" + last);
    return ana.heard.stream()
        .filter(text -> text.startsWith("42[\"x-"))
        .map(text -> text.substring(4, text.indexOf('"', 4)))
        .toList();
  }

  private SavedRoom saved(boolean ended) {
    SavedConnection saved = continuity.saved(session, ended);
    assertEquals(1, saved.getRoomsCount());
    return saved.getRooms(0);
  }

  @Test
  void whatIsHeldBackComesFirstAndInOrder() {
    continuity.hold(most(10));
    assertTrue(continuity.deliver(ROOM, 1, packet("x-one")));
    assertTrue(continuity.send(packet("x-two")));
    assertTrue(continuity.deliver(ROOM, 2, packet("x-three")));
    session.send(packet("y"));
    ana.awaitHeard("42[\"y");
    assertFalse(ana.heardOf("\"x-"), "held back");
    assertTrue(continuity.release());
    continuity.send(packet("x-four"));
    assertEquals(List.of("x-one", "x-two", "x-three", "x-four"), heard("x-four"));
  }

  /// Until the very end of the holding back: else the client would go on with a hole.
  @Test
  void whatDoesNotFitIsNotLeftOutInSilence() {
    continuity.hold(most(1));
    assertTrue(continuity.deliver(ROOM, 1, packet("x-one")));
    assertFalse(continuity.overflowed());
    assertFalse(continuity.deliver(ROOM, 2, packet("x-two")));
    assertTrue(continuity.overflowed());
    assertFalse(continuity.release());
    continuity.send(packet("y"));
    session.send(packet("z"));
    ana.awaitHeard("42[\"z");
    assertFalse(ana.heardOf("\"x-"), ana.heard::toString);
  }

  @Test
  void whileARoomIsNotSavedOffsetsSayNoMore() {
    SaveListener listener = continuity.entering(ROOM, 7);
    continuity.deliver(ROOM, 1, packet("x-bare"));
    listener.saved();
    continuity.deliver(ROOM, 2, packet("x-full"));
    List<String> names = heard("x-full");
    assertEquals(List.of("x-bare", "x-full"), names);
    assertEquals(-1, ana.offset("x-bare").watermark());
    assertTrue(ana.offset("x-full").watermark() >= 0);
    assertEquals(2, ana.offset("x-full").seq());
  }

  /// Of the first saving nobody hears that it was done: what is saved later has the room too.
  @Test
  void aLaterSavingMakesUpForOneThatFailed() {
    continuity.entering(ROOM, 7).notSaved();
    assertFalse(continuity.isSaved());
    SaveListener later = continuity.saving();
    SaveListener next = continuity.entering(new RoomId("s"), 7);
    later.saved();
    assertFalse(continuity.isSaved(), "the second room came behind it");
    continuity.deliver(ROOM, 1, packet("x-bare"));
    next.saved();
    later.saved();
    continuity.deliver(ROOM, 2, packet("x-full"));
    heard("x-full");
    assertEquals(-1, ana.offset("x-bare").watermark());
    assertTrue(ana.offset("x-full").watermark() >= 0);
  }

  @Test
  void aRoomIsSavedFromItsWayInToItsWayOut() {
    continuity.entering(ROOM, 7).saved();
    assertTrue(saved(false).getEntering());
    assertEquals(7, saved(false).getSince());
    continuity.entered(ROOM, 9, null, packet("x-in"));
    assertFalse(saved(false).getEntering());
    assertEquals(9, saved(false).getJoined());
    long mark = saved(false).getMark();
    continuity.deliver(ROOM, 10, packet("x-ten"));
    continuity.entered(ROOM, 10, null, packet("x-again")); // it asked once more
    assertEquals(9, saved(false).getJoined());
    assertEquals(mark, saved(false).getMark());
    assertEquals(0, saved(false).getCursor(), "changes with every event");
    assertEquals(10, saved(true).getCursor());
    continuity.left(ROOM);
    assertEquals(0, continuity.saved(session, true).getRoomsCount());
  }

  @Test
  void aRoomThatItGoesOnInIsNothingNewToItsClient() {
    continuity.restored(ROOM, 5);
    assertFalse(saved(false).getEntering());
    assertEquals(5, saved(false).getJoined());
    assertEquals(5, saved(true).getCursor());
    assertEquals(0, saved(false).getMark());
  }

  @Test
  void whatItsClientHasConfirmedIsRememberedNoMore() {
    continuity.deliver(ROOM, 1, packet("x-one"));
    continuity.pinged();
    continuity.deliver(ROOM, 2, packet("x-two"));
    continuity.ponged();
    SavedConnection saved = continuity.saved(session, true);
    assertEquals(1, saved.getRunsCount());
    assertEquals(2, saved.getRuns(0).getFirst());
    assertTrue(saved.getWhole());
    await().until(() -> ana.heardOf("x-two"));
  }

  @Test
  void eachConnectionThatGoesOnIsOfALaterGeneration() {
    SavedConnection first = continuity.saved(session, true);
    Continuity next =
        new Continuity(
            edge.sockets.get(session.connection().value()),
            edge.recoveries,
            continuity.pid(),
            first);
    assertEquals(continuity.pid(), next.pid());
    assertEquals(first.getGeneration() + 1, next.saved(session, false).getGeneration());
  }
}
