package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.engineio.EndReason;

/// What a client may have of this server before it has said anything whole, and before anybody
/// knows who it is; and that the application hears of every end.
@Timeout(60)
class BoundsTest {

  private static final String WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";
  private static ProtocolServer server;
  private static Polls polls;
  private final List<Peer> peers = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = ProtocolServer.startPatient();
    polls = new Polls(server, "/socket.io/");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    server.ends.clear();
  }

  @AfterEach
  void nothingIsLeft() {
    server.crowded = false;
    peers.forEach(Peer::close);
    await().until(() -> server.pending.used() == 0);
  }

  private Peer open() throws InterruptedException {
    Peer peer = Peer.open(server, WEBSOCKET);
    peers.add(peer);
    assertTrue(peer.next().startsWith("0{"));
    return peer;
  }

  private Peer connected() throws InterruptedException {
    Peer peer = open();
    peer.send("40");
    assertTrue(peer.next().startsWith("40"));
    peer.next();
    return peer;
  }

  /// A tree of these takes fifty times the memory of its text.
  private static String tiny(int values) {
    return "[\"x\"" + ",{\"\":0}".repeat(values / 3) + "]";
  }

  @Test
  void aStrangerHasNothingToSayButConnect() throws Exception {
    Peer binary = open();
    binary.send("451-" + tiny(9_000));
    binary.awaitClosed();
    Peer large = open();
    large.send("451-[\"" + "x".repeat(70_000) + "\"]");
    assertEquals(1_009, large.awaitClosed());
    String sid = polls.open();
    assertEquals(413, polls.post(sid, "40" + " ".repeat(70_000)).join().statusCode());
  }

  @Test
  void anEventOfTooManyValuesEndsTheConnection() throws Exception {
    for (String head : List.of("42", "451-", "43", "461-")) {
      Peer peer = connected();
      peer.send(head + tiny(20_000));
      peer.awaitClosed();
    }
  }

  @Test
  void eventsWhoseAttachmentsDoNotComeAreBoundedInAll() throws Exception {
    String announced = "451-[\"" + "x".repeat(300_000) + "\"]";
    List<Peer> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Peer peer = connected();
      peer.send(announced);
      waiting.add(peer);
    }
    await().until(() -> server.pending.used() > 1_700_000);
    Peer tooMany = connected();
    tooMany.send(announced);
    tooMany.awaitClosed();
    await().until(() -> server.ends.contains(EndReason.TOO_MUCH_PENDING));
    Peer other = connected();
    other.send("42[\"message\",1]");
    assertEquals("42[\"message-back\",1]", other.next());
    waiting.getFirst().send(new byte[10]);
    Peer later = connected();
    later.send(announced);
    later.send(new byte[10]);
    later.send("42[\"message\",2]");
    assertEquals("42[\"message-back\",2]", later.next());
  }

  @Test
  void attachmentsAreBoundedForEachConnection() throws Exception {
    Peer peer = connected();
    peer.send("459-[\"x\"]");
    for (int i = 0; i < 9; i++) {
      peer.send(new byte[200_000]);
    }
    peer.awaitClosed();
    await().until(() -> server.ends.contains(EndReason.TOO_MUCH_PENDING));
  }

  @Test
  void whoIsRefusedAgainAndAgainIsClosed() throws Exception {
    Peer peer = open();
    for (int i = 0; i < 4; i++) {
      peer.send(i % 2 == 0 ? "40{\"refuse\":\"no\"}" : "40/nowhere,");
      assertTrue(peer.next().startsWith("44"));
    }
    assertFalse(peer.closed.isDone());
    peer.send("40{\"refuse\":\"no\"}");
    assertTrue(peer.next().startsWith("44"));
    peer.awaitClosed();
    assertEquals(3, server.ends.size(), "the application hears of each that it was asked about");
  }

  @Test
  void whereThereIsLittleRoomAStrangerGoesSooner() throws Exception {
    Peer patient = open();
    Peer peer = connected();
    server.crowded = true;
    patient.awaitClosed();
    peer.send("42[\"message\",1]");
    assertEquals("42[\"message-back\",1]", peer.next());
  }

  @Test
  void theApplicationHearsOfTheEndOfWhomItFailedToLetIn() throws Exception {
    Peer peer = open();
    peer.send("40{\"fail\":true}");
    peer.awaitClosed();
    await().until(() -> !server.ends.isEmpty());
    assertEquals(List.of(EndReason.FAULT), List.copyOf(server.ends));
  }

  @Test
  void aFaultOfOursEndsTheConnectionOnEitherTransportWithoutItsWords() throws Exception {
    Peer peer = connected();
    peer.send("42[\"fail\"]");
    peer.awaitClosed();
    String sid = polls.open();
    assertEquals("ok", polls.post(sid, "40").join().body());
    assertTrue(polls.packets(sid).startsWith("40"));
    assertEquals("ok", polls.post(sid, "42[\"fail\"]").join().body());
    await().until(() -> server.ends.size() == 2);
    assertEquals(List.of(EndReason.FAULT, EndReason.FAULT), List.copyOf(server.ends));
  }
}
