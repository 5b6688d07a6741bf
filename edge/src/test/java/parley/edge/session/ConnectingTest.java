package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.ConnectionId;
import parley.contract.RoomId;
import parley.edge.vocabulary.RoomPackets;

/// Clients on the wire.
@Timeout(60)
class ConnectingTest {

  private WireEdge edge;

  @BeforeEach
  void start() throws Exception {
    edge = new WireEdge();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void aClientThatFailsOnItsWayInLeavesNothingBehind() {
    edge.busFails = true;
    WireClient first = edge.arriving("ana", "\"recovery\":false,");
    await().until(first::over);
    await().until(edge.connected::isEmpty);
    edge.busFails = false;
    edge.client("ana");
    await().until(() -> edge.connected.size() == 1);
  }

  /// Its client would go on with a hole.
  @Test
  void whoMissesTooMuchWhileItsReturnIsSavedIsNotLetIn() throws Exception {
    try (WireEdge slow = new WireEdge(Duration.ofSeconds(30), 1)) {
      WireClient ana = slow.arriving("ana", "\"recovery\":true,");
      ana.awaitHeard("42[\"connected\"");
      String pid = ana.value("pid");
      ConnectionId former = slow.sessionOf("ana").connection();
      String goingOn = "\"recovery\":true,\"pid\":\"" + pid + "\",";
      WireClient back = slow.arriving("ana", goingOn);
      await()
          .until(() -> !slow.connected.containsKey(former) && slow.recoveries.pids().contains(pid));
      ChatSession returning = slow.sessionOf("ana");
      for (int i = 0; i < 1_000; i++) {
        assertTrue(returning.send(RoomPackets.removed(new RoomId("held"))));
      }
      assertFalse(returning.send(RoomPackets.removed(new RoomId("many"))));
      await()
          .until(
              () -> {
                slow.recoveries.store().forget(pid); // what waits to be saved waits no longer
                return back.over();
              });
      assertEquals(List.of(), back.heard.stream().filter(text -> text.startsWith("4")).toList());
      await().until(slow.connected::isEmpty);
      assertTrue(slow.recoveries.pids().isEmpty());
      WireClient again = slow.arriving("ana", goingOn);
      again.awaitHeard("42[\"connected\"");
      assertFalse(again.heardOf("\"recovered\":true"), again.heard::toString);
      assertFalse(again.heardOf("held"), again.heard::toString);
    }
  }

  @Test
  void aConnectionHasABoundOfRooms() {
    WireClient ana = edge.client("ana");
    for (int i = 1; i <= 3; i++) {
      ana.say("42" + i + "[\"join-room\",\"r" + i + "\"]");
      ana.awaitHeard("43" + i + "[");
    }
    assertTrue(ana.heard.stream().anyMatch(text -> text.startsWith("432[{\"ok\":true")));
    String refused =
        ana.heard.stream().filter(text -> text.startsWith("433[")).findFirst().orElseThrow();
    assertTrue(refused.contains("\"TOO_MANY\""), refused);
    ana.say("424[\"join-room\",\"r2\"]");
    ana.awaitHeard("434[{\"ok\":true");
    ana.say("425[\"leave-room\",\"r1\"]");
    ana.awaitHeard("435[");
    ana.say("426[\"join-room\",\"r3\"]");
    ana.awaitHeard("436[{\"ok\":true");
    assertEquals(
        Set.of("r2", "r3"),
        edge.connected.values().iterator().next().rooms().stream()
            .map(RoomId::value)
            .collect(Collectors.toSet()));
  }
}
