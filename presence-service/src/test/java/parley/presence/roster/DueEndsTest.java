package parley.presence.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.presence.roster.PresenceNode.state;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.contract.ConnectionId;
import parley.presence.due.DueWork;

/// Ends that are due: a node has taken one to carry it out, and the connection is told of anew
/// before it does; or it is due in a long while.
class DueEndsTest extends RosterFixture {

  private static final DueWork.Claimed LEAVE =
      new DueWork.Claimed("leave", List.of("e1", "c1", "r"), "leave e1 c1 r", "4000000000000");
  private static final DueWork.Claimed OFFLINE =
      new DueWork.Claimed(
          "offline", List.of("ana", "e1", "c1"), "offline ana e1 c1", "4000000000000");

  @BeforeEach
  void anaIsThere() {
    node.replace("e1", state("c1", "ana", false));
  }

  private void carryOutBoth() {
    node.done(
        batch -> {
          node.rooms.leave(LEAVE, batch);
          node.comings.offlineIfGone(OFFLINE, batch);
        });
  }

  private void assertSheStays() {
    assertEquals(List.of("ana"), node.inRoom());
    assertEquals(List.of("+ana"), told);
    assertTrue(redis.sismember("edge_rooms:{e1}", "c1 r"));
    assertEquals(Set.of(new ConnectionId("c1")), roster.connectionsOf(E1).keySet());
  }

  @Test
  void whatIsCancelledBehindItsClaimDoesNotHappen() {
    carryOutBoth();
    assertSheStays();
  }

  @Test
  void whatIsPutOffBehindItsClaimDoesNotHappen() {
    redis.zadd("presence_due", 4_000_000_000_001.0, LEAVE.member());
    redis.zadd("presence_due", 4_000_000_000_001.0, OFFLINE.member());
    carryOutBoth();
    assertSheStays();
  }

  @Test
  void whatIsClaimedStillHappens() {
    redis.zadd("presence_due", 4_000_000_000_000.0, LEAVE.member());
    redis.zadd("presence_due", 4_000_000_000_000.0, OFFLINE.member());
    carryOutBoth();
    assertEquals(List.of(), node.inRoom());
    assertFalse(redis.sismember("edge_rooms:{e1}", "c1 r"));
    assertEquals(Set.of(), roster.connectionsOf(E1).keySet());
  }

  @Test
  void anEndThatIsDueInALongWhileIsNothingThatRedisHasLost() {
    try (PresenceNode patient = new PresenceNode(redis, bus, 3_600_000)) {
      patient.close("e1", "c1", "ana", "r");
    }
    EdgeAudit audit = new EdgeAudit(E1, roster, node.users, node.due);
    assertFalse(audit.isLost() || audit.isLost());
    redis.del("presence_due");
    assertTrue(audit.isLost() || audit.isLost(), "nothing carries it out any more");
  }
}
