package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.ConnectionId;
import parley.embedded.redis.EmbeddedRedis;
import parley.proto.recovery.SavedConnection;
import parley.proto.relay.Request;

/// By which id a client knows its socket, and presence its connection.
@Timeout(60)
class SocketIdTest {

  @TempDir private Path folder;
  private EmbeddedRedis redis;
  private WireEdge edge;

  @BeforeEach
  void start() throws Exception {
    redis = EmbeddedRedis.start(folder, "--save", "");
    edge = new WireEdge(Duration.ofSeconds(5), redis.port());
    edge.recoveries.store().start(edge.recoveries);
  }

  @AfterEach
  void stop() {
    edge.close();
    redis.close();
  }

  private WireClient first() {
    WireClient client = edge.arriving("ana", "\"recovery\":true,");
    client.awaitHeard("42[\"connected\"");
    return client;
  }

  private WireClient goesOn(String pid) {
    WireClient client = edge.arriving("ana", "\"pid\":\"" + pid + "\",");
    client.awaitHeard("42[\"connected\"");
    return client;
  }

  private void breaks(WireClient client, String pid) {
    client.drop();
    await().until(() -> edge.connected.isEmpty());
    await().until(() -> saved(pid).getEnded());
  }

  private SavedConnection saved(String pid) {
    SavedConnection saved = edge.recoveries.store().find(pid);
    return saved == null ? SavedConnection.getDefaultInstance() : saved;
  }

  @Test
  void whoGoesOnKeepsTheIdAndPresenceKnowsEachConnectionByItsOwn() {
    WireClient ana = first();
    String id = ana.value("sid");
    String pid = ana.value("pid");
    assertEquals(id, ana.value("connectionId"));
    Set<ConnectionId> known = new HashSet<>(edge.connected.keySet());
    for (int times = 1; times <= 2; times++) {
      breaks(ana, pid);
      ana = goesOn(pid);
      assertTrue(ana.heardOf("\"recovered\":true"), ana.heard::toString);
      assertEquals(id, ana.value("sid"));
      assertEquals(id, ana.value("connectionId"));
      known.addAll(edge.connected.keySet());
    }
    WireClient twin = ana;
    ana = goesOn(pid); // while that one is still there
    await().until(twin::over);
    assertEquals(id, ana.value("sid"));
    assertEquals(id, edge.sessionOf("ana").id());
    known.addAll(edge.connected.keySet());
    assertEquals(4, known.size());
  }

  @Test
  void whoCannotGoOnHasAnIdOfItsOwn() {
    WireClient ana = first();
    String pid = ana.value("pid");
    breaks(ana, pid);
    WireClient anew = goesOn("unknown");
    assertTrue(anew.heardOf("\"recovered\":false"), anew.heard::toString);
    assertNotEquals(ana.value("sid"), anew.value("sid"));
    WireClient ben = edge.arriving("ben", "\"pid\":\"" + pid + "\",");
    ben.awaitHeard("42[\"connected\"");
    assertNotEquals(ana.value("sid"), ben.value("sid"), "another user's");
  }

  /// What an older build saved names no socket.
  @Test
  void whatWasSavedWithoutAnIdIsContinuedWithANewOneThatIsKept() {
    WireClient ana = first();
    String pid = ana.value("pid");
    breaks(ana, pid);
    SavedConnection older = saved(pid).toBuilder().clearSocketId().build();
    edge.recoveries.store().save(pid, () -> older);
    await().until(() -> saved(pid).getSocketId().isEmpty());
    WireClient back = goesOn(pid);
    assertTrue(back.heardOf("\"recovered\":true"), back.heard::toString);
    assertNotEquals(ana.value("sid"), back.value("sid"));
    breaks(back, pid);
    assertEquals(back.value("sid"), goesOn(pid).value("sid"));
  }

  /// Both find the connection ended, and neither the other, for both are still on their way.
  @Test
  void ofTwoThatGoOnAtTheSameTimeOneStays() {
    WireClient ana = first();
    String pid = ana.value("pid");
    ana.join("r");
    breaks(ana, pid);
    edge.log.slow = Set.of(Request.OpCase.JOIN_ROOM);
    WireClient one = edge.arriving("ana", "\"pid\":\"" + pid + "\",");
    WireClient other = edge.arriving("ana", "\"pid\":\"" + pid + "\",");
    await().until(() -> edge.log.withheld() == 2);
    edge.log.release();
    await().until(() -> one.over() || other.over());
    await().until(() -> edge.connected.size() == 1);
    WireClient stays = one.over() ? other : one;
    stays.awaitHeard("42[\"connected\"");
    assertEquals(ana.value("sid"), stays.value("sid"));
    assertEquals(ana.value("sid"), edge.sessionOf("ana").id());
  }
}
