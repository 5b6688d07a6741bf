package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.presence.roster.PresenceNode.state;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.contract.UserId;
import parley.presence.user.RecentChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// Whether users are seen as there: their statuses, and what of them Redis may lose.
class RosterUsersTest extends RosterFixture {

  @Test
  void connectionsOfAUserAreInTheSetThatTheDocsName() {
    open("e1", "c1", "ana");
    open("e2", "c2", "ana");
    assertEquals(Set.of("c1", "c2"), redis.smembers("user_sockets:{ana}"));
    node.close("e1", "c1", "ana");
    assertEquals(1, node.connections("ana"));
    assertEquals("online", redis.get("presence:{ana}"));
  }

  @Test
  void whoTypesIsInTheSetThatTheDocsName() {
    for (String user : List.of("ana", "ben")) {
      node.done(batch -> node.typing.started(batch, ROOM, PresenceNode.user(user)));
    }
    assertEquals(Set.of("ana", "ben"), redis.smembers("typing:{r}"));
    assertTrue(redis.pttl("typing:{r}") > 0);
    node.done(batch -> node.typing.stopped(batch, ROOM, new UserId("ana")));
    assertEquals(Set.of("ben"), redis.smembers("typing:{r}"));
    node.done(batch -> node.typing.stopped(batch, ROOM, new UserId("ben")));
    assertEquals(Set.of(), redis.smembers("typing:{r}"));
  }

  @Test
  void whoseInvisibilityIsForgottenIsSeenAgainEverywhere() throws Exception {
    open("e1", "c1", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    enter("e1", "c1", "ana");
    assertEquals(List.of(), node.inRoom());
    node.close("e1", "c1", "ana");
    await().until(() -> redis.get("presence:{ana}") == null);
    redis.del("presence_card:{ana}"); // as its TTL does
    open("e1", "c2", "ana");
    assertEquals(List.of("ana"), node.inRoom());
    assertEquals(Set.of("!"), redis.smembers("presence_invisible"));
  }

  /// The others see that they went, and nothing that moves later.
  @Test
  void theInvisibleMoveNeitherWhenTheyWereSeenLastNorTyping() throws Exception {
    open("e1", "c1", "ana");
    open("e1", "c2", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    UserPresence hidden = node.users.of(List.of(new UserId("ana"))).getFirst();
    assertTrue(hidden.getLastSeenMs() > 0);
    assertEquals(Set.of("!", "ana"), redis.smembers("presence_invisible"));
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "not here");
    node.close("e1", "c1", "ana");
    node.done(batch -> node.typing.started(batch, ROOM, PresenceNode.user("ana")));
    node.close("e1", "c2", "ana");
    await().until(() -> redis.get("presence:{ana}") == null);
    assertEquals(hidden, strip(node.users.of(List.of(new UserId("ana"))).getFirst(), hidden));
    assertEquals(List.of(Status.ONLINE, Status.OFFLINE), statuses("ana"));
    assertEquals(List.of(), told, "no typing");
    assertEquals(Set.of("!"), redis.smembers("presence_invisible"));
  }

  @Test
  void whoIsInvisibleStaysSoWhenRedisLosesTheSet() throws Exception {
    open("e1", "c1", "ana");
    node.comings.status(new UserId("ana"), Status.INVISIBLE, "");
    redis.del("presence_invisible");
    node.invisible.refresh();
    assertTrue(node.invisible.has(new UserId("ana")));
    assertEquals(Set.of("!", "ana"), redis.smembers("presence_invisible"));
  }

  @Test
  void whatWasDueAndLostIsDueAgainWhenTheEdgeTellsAll() {
    node.replace("e1", state("c1", "ana", false), state("c2", "ben", false));
    await().until(() -> told.size() == 2);
    node.replace("e1", state("c1", "ana", true));
    redis.del("presence_due"); // ben's end is forgotten
    node.replace("e1", state("c1", "ana", true));
    await().until(() -> told.contains("-ben") && statuses("ben").contains(Status.OFFLINE));
    assertEquals(List.of("ana"), node.inRoom());
  }

  /// The set of her connections was lost, and one of two ended.
  @Test
  void whoWasToldAsGoneByMistakeIsToldAsBack() {
    node.replace("e1", state("c1", "ana", false), state("c2", "ana", false));
    redis.del("user_sockets:{ana}");
    node.close("e1", "c2", "ana", "r");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
    node.replace("e1", state("c1", "ana", true));
    await()
        .until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE, Status.ONLINE)));
  }

  @Test
  void whoGoesIsToldAlthoughHerStatusWasLost() {
    open("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE)));
    redis.del("presence:{ana}");
    node.close("e1", "c1", "ana");
    await().until(() -> statuses("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
  }

  @Test
  void versionsGoOnWhenRedisIsEmptied() {
    open("e1", "c1", "ana");
    long before = node.users.of(List.of(new UserId("ana"))).getFirst().getVersion();
    redis.flushAll();
    open("e1", "c1", "ana");
    assertTrue(node.users.of(List.of(new UserId("ana"))).getFirst().getVersion() > before);
  }

  @Test
  void whoChangedIsToldInPagesWithoutAHole() {
    for (int i = 0; i < 1_200; i++) {
      open("e1", "c" + i, "u" + i);
    }
    await().until(() -> redis.zcard("presence_recent") == 1_200);
    List<String> read = new java.util.ArrayList<>();
    long since = 0;
    for (boolean more = true; more; ) {
      RecentChanges.Page page = node.recent.since(since);
      assertTrue(
          page.changes().stream().mapToInt(PresenceChange::getSerializedSize).sum() <= 20_000);
      page.changes().forEach(change -> read.add(change.getPresence().getUserId()));
      since = page.upTo();
      more = page.more();
    }
    assertEquals(1_200, read.size());
    assertEquals(1_200, Set.copyOf(read).size());
  }
}
