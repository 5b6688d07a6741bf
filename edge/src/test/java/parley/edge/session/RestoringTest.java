package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.edge.RedisFixture;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.Request;

/// Whoever goes on with a connection gets what it missed, and nothing from behind a removal. On the
/// wire.
@Timeout(60)
class RestoringTest extends RedisFixture {

  private WireEdge edge;
  private WireClient ben;
  private String goingOn;

  /// Ana has heard `first` and `second`, and will say that she heard `first`.
  @BeforeEach
  void start() throws Exception {
    edge = new WireEdge(Duration.ofMillis(500), redisPort());
    edge.recoveries.store().start(edge.recoveries);
    ben = edge.client("ben");
    ben.join("r");
    WireClient ana = edge.arriving("ana", "\"recovery\":true,");
    ana.awaitHeard("42[\"connected\"");
    ana.join("r");
    tell(ana, edge.log.message("r", "first"));
    String offset = ana.offset("first").text();
    tell(ana, edge.log.message("r", "second"));
    goingOn =
        "\"recovery\":true,\"pid\":\"" + ana.value("pid") + "\",\"offset\":\"" + offset + "\",";
  }

  @AfterEach
  void stop() {
    redis.configSet("min-replicas-to-write", "0");
    edge.close();
  }

  private void tell(WireClient witness, RoomEvent event) {
    edge.publish(event);
    String words = event.hasMessage() ? event.getMessage().getContent() : "member_removed";
    await().until(() -> witness.heardOf("\"seq\":" + event.getSeq()) || witness.heardOf(words));
  }

  private static void awaitRecovered(WireClient ana) {
    ana.awaitHeard("40{");
    ana.awaitHeard("42[\"connected\"");
    assertTrue(ana.heardOf("\"recovered\":true"), ana.heard::toString);
  }

  /// Ana's connection has heard everything that the room had to say to it.
  private void assertPutOut(WireClient ana) {
    await().until(() -> ana.heardOf("membership ended"));
    tell(ben, edge.log.message("r", "last"));
    ana.say("427[\"leave-room\",\"r\"]");
    ana.awaitHeard("437[");
    assertFalse(ana.heardOf("secret"), ana.heard::toString);
    assertFalse(ana.heardOf("last"), ana.heard::toString);
  }

  @Test
  void whatWasMissedComesBeforeTheWelcome() {
    WireClient ana = edge.arriving("ana", goingOn);
    awaitRecovered(ana);
    assertFalse(ana.heardOf("first"), ana.heard::toString);
    assertTrue(ana.heardOf("second"), ana.heard::toString);
    tell(ana, edge.log.message("r", "third"));
  }

  /// A fault of ours: its client knows nothing of it, and is in the room as before.
  @Test
  void whoCouldNotBeDeliveredToGoesOnInTheRoom() {
    WireClient ana = edge.arriving("ana", goingOn);
    awaitRecovered(ana);
    tell(ana, edge.log.message("r", "third"));
    edge.stays.dropped(edge.sessionOf("ana").stays().in(new RoomId("r")));
    await().until(ana::over);
    tell(ben, edge.log.message("r", "fourth"));
    WireClient again =
        edge.arriving(
            "ana",
            "\"recovery\":true,\"pid\":\"%s\",\"offset\":\"%s\","
                .formatted(ana.value("pid"), ana.offset("third").text()));
    awaitRecovered(again);
    assertTrue(again.heardOf("fourth"), again.heard::toString);
    tell(again, edge.log.message("r", "fifth"));
  }

  @Test
  void whomCoreDoesNotLetInAnyMoreHearsThatAndNothingElse() {
    edge.log.removal("r", "ana");
    edge.log.denied.add("ana");
    edge.log.message("r", "secret");
    WireClient ana = edge.arriving("ana", goingOn);
    awaitRecovered(ana);
    assertPutOut(ana);
  }

  @Test
  void aRemovalThatTheRoomHearsAfterTheReturnEndsIt() {
    WireClient ana = edge.arriving("ana", goingOn);
    awaitRecovered(ana);
    tell(ben, edge.log.removal("r", "ana"));
    tell(ben, edge.log.message("r", "secret"));
    assertPutOut(ana);
  }

  /// Ana is removed, and something is said, while core's answer to a question of hers is on its
  /// way.
  private void assertRemovedDuring(Request.OpCase question) {
    edge.log.slow = Set.of(question);
    WireClient ana = edge.arriving("ana", goingOn);
    await().until(edge.log::withholds);
    tell(ben, edge.log.removal("r", "ana"));
    tell(ben, edge.log.message("r", "secret"));
    edge.log.release();
    awaitRecovered(ana);
    assertPutOut(ana);
  }

  /// Core's word is older than what the room has heard meanwhile.
  @Test
  void aRemovalBetweenThePermissionAndTheRoomEndsIt() {
    assertRemovedDuring(Request.OpCase.JOIN_ROOM);
  }

  @Test
  void aRemovalWhileWhatWasMissedIsReadEndsIt() {
    assertRemovedDuring(Request.OpCase.READ_LOG);
  }

  /// Else the edge that it goes on at after the next break would use what was saved before this
  /// one.
  @Test
  void whoseReturnCannotBeSavedBeginsAnew() {
    redis.configSet("min-replicas-to-write", "1"); // no write is taken
    WireClient ana = edge.arriving("ana", goingOn);
    await().until(ana::over);
    assertFalse(ana.heardOf("\"recovered\":true"), ana.heard::toString);
    WireClient again = edge.arriving("ana", goingOn);
    again.awaitHeard("42[\"connected\"");
    assertFalse(again.heardOf("\"recovered\":true"), again.heard::toString);
  }

  /// The bus may be late, and the client have gone on meanwhile.
  @Test
  void theEdgeThatIsAskedForAConnectionEndsItAndNobodyElse() {
    WireClient ana = edge.arriving("ana", goingOn);
    awaitRecovered(ana);
    BusEvent.Builder taken = BusEvent.newBuilder();
    taken.getConnectionTakenBuilder().setPid(ana.value("pid")).setEdgeId("another");
    edge.publish("ana", taken);
    BusEvent.Builder read = BusEvent.newBuilder();
    read.getReadBuilder().setRoomId("r").addMessageIds("m").setUserId("witness");
    edge.publish("ana", read);
    await().until(() -> ana.heardOf("witness"));
    taken.getConnectionTakenBuilder().setEdgeId("edge");
    edge.publish("ana", taken);
    await().until(ana::over);
  }

  @Test
  void aStrangerGoesOnWithNobodysConnection() {
    WireClient cleo = edge.arriving("cleo", goingOn);
    cleo.awaitHeard("42[\"connected\"");
    assertFalse(cleo.heardOf("\"recovered\":true"), cleo.heard::toString);
    assertFalse(cleo.heardOf("second"), cleo.heard::toString);
    tell(ben, edge.log.message("r", "secret"));
    assertFalse(cleo.heardOf("secret"), cleo.heard::toString);
  }
}
