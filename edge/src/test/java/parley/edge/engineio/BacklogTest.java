package parley.edge.engineio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {

  private final Backlog backlog = new Backlog(100);

  private static Packet packet(int bytes, boolean droppable) {
    return Packet.of(new byte[0], 0, droppable).as("x".repeat(bytes).getBytes(US_ASCII));
  }

  private List<Packet> taken(int mostPackets, int mostBytes) {
    List<Packet> batch = new ArrayList<>();
    backlog.take(batch, mostPackets, mostBytes);
    return batch;
  }

  @Test
  void whatCanBeLeftOutMakesRoom() {
    assertTrue(backlog.offer(packet(40, true)));
    assertTrue(backlog.offer(packet(40, false)));
    assertTrue(backlog.overHalf());
    assertTrue(backlog.offer(packet(60, false)), "the first one was left out");
    assertEquals(100, backlog.bytes());
    assertFalse(backlog.offer(packet(1, false)), "nothing more can be left out");
    assertEquals(100, backlog.bytes());
  }

  @Test
  void aPacketLargerThanAllPassesAlone() {
    assertTrue(backlog.offer(packet(500, false)));
    assertFalse(backlog.offer(packet(1, false)));
    assertEquals(500, taken(9, 10).getFirst().size());
    assertTrue(backlog.isEmpty());
    assertEquals(0, backlog.bytes());
  }

  @Test
  void aWriteTakesWhatFitsAndAtLeastOne() {
    for (int i = 0; i < 5; i++) {
      backlog.add(packet(10, false));
    }
    assertEquals(1, taken(1, 1).size());
    assertEquals(2, taken(9, 25).size());
    assertEquals(2, taken(9, 1_000).size());
    assertTrue(taken(9, 1_000).isEmpty());
  }

  @Test
  void aCloseOfAPollGoesAlone() {
    backlog.add(packet(10, false));
    backlog.add(PollingTransport.CLOSE);
    assertEquals(1, taken(9, 1_000).size());
    assertEquals(List.of(PollingTransport.CLOSE), taken(9, 1_000));
  }

  @Test
  void itKnowsWhetherFewWaitForSomethingOfIt() {
    backlog.add(packet(10, false).forMany());
    assertFalse(backlog.hasDirect());
    backlog.add(packet(10, false));
    assertTrue(backlog.hasDirect());
    backlog.clear();
    assertFalse(backlog.hasDirect());
  }
}
