package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.presence.roster.PresenceNode.state;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.contract.ConnectionId;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.Status;

/// Who is in rooms and on edges, as it is told and as Redis has it.
class RosterTest extends RosterFixture {

  @Test
  void onlyTheFirstConnectionOfAUserArrivesAndOnlyTheLastLeaves() {
    enter("e1", "c1", "ana");
    enter("e2", "c2", "ana");
    leave("e1", "c1");
    leave("e1", "c1");
    assertEquals(List.of("ana"), node.inRoom());
    leave("e2", "c2");
    await().until(() -> told.size() == 2);
    assertEquals(List.of("+ana", "-ana"), told);
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void whatHappensInOneBatchIsToldInItsOrder() {
    node.done(
        batch -> {
          node.enter(batch, "e1", "c1", "ana");
          node.leave(batch, "e1", "c1");
          node.enter(batch, "e1", "c1", "ana");
        });
    await().until(() -> told.size() == 3);
    assertEquals(List.of("+ana", "-ana", "+ana"), told);
    assertEquals(List.of("ana"), node.inRoom());
  }

  /// As when an edge's stream ends: there are eight connections to Redis.
  @Test
  void aBatchThatIsGivenUpTakesNoConnection() {
    for (int i = 0; i < 20; i++) {
      node.leave(roster.batch(), "e1", "c1");
    }
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void enteringTwiceCountsOnce() {
    enter("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    leave("e1", "c1");
    assertEquals(0, roster.inRoom(ROOM).count());
  }

  @Test
  void atMostAHundredAreNamedButAllAreCounted() {
    for (int i = 0; i < 150; i++) {
      enter("e1", "c" + i, "u" + i);
    }
    Roster.InRoom inRoom = roster.inRoom(ROOM);
    assertEquals(150, inRoom.count());
    assertEquals(100, inRoom.users().size());
  }

  @Test
  void aSnapshotReplacesWhatIsKnownOfAnEdgeAndTellsTheDifferenceOnce() {
    node.replace("e1");
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    open("e1", "c2", "ben");
    enter("e1", "c2", "ben");
    // The edge came back without ben, and with cleo.
    node.replace("e1", state("c1", "ana", false), state("c3", "cleo", false));
    await().until(() -> told.size() == 4);
    assertEquals(Set.of("+ana", "+ben", "-ben", "+cleo"), Set.copyOf(told));
    assertEquals(Set.of("ana", "cleo"), Set.copyOf(node.inRoom()));
    await().until(() -> node.connections("ben") == 0 && redis.get("presence:{ben}") == null);
  }

  @Test
  void aDeadEdgesUsersLeave() {
    node.replace("e1", state("c1", "ana", false));
    node.snapshots.removeAll(E1);
    await().until(() -> told.equals(List.of("+ana", "-ana")));
    assertFalse(roster.edges().contains(E1));
    await().until(() -> node.connections("ana") == 0);
  }

  @Test
  void whoComesBackWithinTheGraceWasNeverGoneFromTheRoom() {
    open("e1", "c1", "ana");
    enter("e1", "c1", "ana");
    node.close("e1", "c1", "ana", "r");
    open("e2", "c2", "ana");
    enter("e2", "c2", "ana");
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(List.of("+ana"), told);
  }

  @Test
  void aLeaseEndsUnlessRenewedAndALostOneIsNoticed() {
    roster.begin(E1, "stream");
    assertTrue(roster.isAlive(E1));
    assertTrue(roster.renew(E1));
    await().until(() -> !roster.isAlive(E1));
    assertFalse(roster.renew(E1), "there is none to renew");
  }

  @Test
  void oneNodeSweepsAtATime() {
    assertTrue(roster.maySweep("n1"));
    assertFalse(roster.maySweep("n2"));
    await().until(() -> roster.maySweep("n2"));
  }

  @Test
  void whoEntersARoomThatItIsAboutToBeTakenOutOfStays() {
    node.replace("e1", state("c1", "ana", false));
    node.replace(
        "e1", state("c1", "ana", true).toBuilder().clearRoomIds().build()); // as of before its join
    enter("e1", "c1", "ana");
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(List.of("ana"), node.inRoom());
    assertEquals(List.of("+ana"), told);
  }

  @Test
  void aConnectionThatIsToldAgainWithinTheGraceStaysAmongItsEdges() {
    node.replace("e1", state("c1", "ana", false));
    node.replace("e1");
    node.replace("e1", state("c1", "ana", true));
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(Set.of(new ConnectionId("c1")), roster.connectionsOf(E1).keySet());
    assertEquals(1, node.connections("ana"));
  }

  @Test
  void everythingOfAnEdgeIsNoticedWhenItIsLost() {
    for (String lost :
        List.of(
            "edges",
            "edge_sockets:{e1}",
            "edge_rooms:{e1}",
            "user_sockets:{ana}",
            "presence:{ana}",
            "presence_card:{ana}",
            "room_sockets:{r}",
            "room_online:{r}")) {
      node.replace("e1", state("c1", "ana", true));
      EdgeAudit audit = new EdgeAudit(E1, roster, node.users, node.due);
      assertFalse(audit.isLost() || audit.isLost(), "before " + lost);
      redis.del(lost);
      assertTrue(!roster.renew(E1) || !audit.isLost() && audit.isLost(), lost);
      node.replace("e1", state("c1", "ana", true));
      assertTrue(roster.renew(E1), lost);
      assertFalse(audit.isLost() || audit.isLost(), "after " + lost);
      assertEquals(List.of("ana"), node.inRoom(), lost);
      leave("e1", "c1");
      assertEquals(List.of(), node.inRoom(), "nothing counts twice after " + lost);
    }
  }

  /// For who misses the publication.
  @Test
  void aChangeThatRedisWouldNotNoteIsNotedLater() {
    redis.set("presence_recent", "no set");
    open("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE)));
    redis.del("presence_recent");
    await().until(() -> redis.zscore("presence_recent", "ana") != null);
  }

  @Test
  void aLargeEdgeTellsAllInOneGo() {
    ConnectionState[] states = new ConnectionState[5_000];
    for (int i = 0; i < states.length; i++) {
      states[i] = state("c" + i, "u" + i, true);
    }
    node.replace("e1", states);
    assertEquals(5_000, redis.hlen("room_online:{r}"));
    assertEquals(5_000, roster.connectionsOf(E1).size());
  }

  @Test
  void aConnectionThatIsNotWellFormedHurtsNoOther() {
    node.replace("e1", state("not an id", "ben", false), state("c1", "ana", false));
    assertEquals(List.of("ana"), node.inRoom());
  }
}
