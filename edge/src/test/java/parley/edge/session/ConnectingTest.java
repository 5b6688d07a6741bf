package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;

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
