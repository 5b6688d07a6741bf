package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.contract.ConnectionId;
import parley.contract.UserId;
import parley.proto.presence.Audience;
import parley.proto.presence.Status;

/// Redis made a change, and whoever asked for it never read the answer: its node died, or Redis
/// stood still for longer than anybody waits. Others hear of it all the same.
class UntoldChangesTest extends RosterFixture {

  private static final UserId ANA = new UserId("ana");

  private void comesUnheard() {
    node.done(
        batch -> {
          var unread =
              node.users.opened(
                  batch,
                  new ConnectionId("c1"),
                  PresenceNode.user("ana"),
                  Audience.getDefaultInstance(),
                  false);
        });
  }

  private void goesUnheard() {
    node.done(
        batch -> {
          node.users.closed(batch, new ConnectionId("c1"), ANA);
          var unread = node.users.offlineIfGone(batch, ANA);
        });
  }

  private void timePasses() {
    redis.zrange("presence_due", 0, -1).forEach(what -> redis.zadd("presence_due", 1, what));
  }

  private void awaitTold(Status... statuses) {
    await().until(() -> statuses("ana").equals(List.of(statuses)));
  }

  @Test
  void aComingIsTold() {
    comesUnheard();
    timePasses();
    awaitTold(Status.ONLINE);
  }

  @Test
  void aGoingIsTold() {
    open("e1", "c1", "ana");
    awaitTold(Status.ONLINE);
    goesUnheard();
    timePasses();
    awaitTold(Status.ONLINE, Status.OFFLINE);
  }

  @Test
  void aStatusIsTold() throws Exception {
    open("e1", "c1", "ana");
    awaitTold(Status.ONLINE);
    var unread = node.users.status(ANA, Status.AWAY, "");
    timePasses();
    awaitTold(Status.ONLINE, Status.AWAY);
  }

  @Test
  void whatWasToldIsNotToldAgain() {
    open("e1", "c1", "ana");
    awaitTold(Status.ONLINE);
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(1, redis.zcard("presence_recent"));
  }

  /// She went before it was told that she came.
  @Test
  void onlyTheLastOfSeveralIsTold() {
    comesUnheard();
    goesUnheard();
    timePasses();
    awaitTold(Status.OFFLINE);
    await().until(() -> redis.zcard("presence_due") == 0);
    awaitTold(Status.OFFLINE);
  }
}
