package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Socket.IO version 5, behaviour by behaviour: what the official suite checks, and the rules that
/// it leaves out.
@Timeout(60)
class SocketIoProtocolTest {

  private static final String WEB_SOCKET = "/socket.io/?EIO=4&transport=websocket";
  private static ProtocolServer server;
  private static ProtocolServer slow;

  @BeforeAll
  static void start() {
    server = ProtocolServer.start();
    slow = ProtocolServer.start(ProtocolServer::slow);
  }

  @AfterAll
  static void stop() {
    server.close();
    slow.close();
  }

  private static Peer fresh(ProtocolServer server) throws Exception {
    Peer peer = Peer.open(server, WEB_SOCKET);
    assertEquals('0', peer.next().charAt(0));
    return peer;
  }

  private static Peer joined() throws Exception {
    Peer peer = fresh(slow);
    peer.send("40");
    assertTrue(peer.next().matches("40\\{\"sid\":\"[A-Za-z0-9_-]{20}\"}"));
    assertEquals("42[\"auth\",{}]", peer.next());
    return peer;
  }

  @Test
  void eventsAndAcksGoBothWaysInTheirNamespace() throws Exception {
    try (Peer peer = joined()) {
      peer.send("40/custom");
      peer.next();
      peer.next();
      peer.send("42[\"message\",1,\"2\",{\"3\":[true]}]");
      assertEquals("42[\"message-back\",1,\"2\",{\"3\":[true]}]", peer.next());
      peer.send("42/custom,[\"message\",1,\"2\",{\"3\":[true]}]");
      assertEquals("42/custom,[\"message-back\",1,\"2\",{\"3\":[true]}]", peer.next());
      peer.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
      assertEquals("43456[1,\"2\",{\"3\":[false]}]", peer.next());
      peer.send("42/custom,7[\"message-with-ack\"]");
      assertEquals("43/custom,7[]", peer.next());
    }
  }

  @Test
  void binaryGoesBothWaysAsAttachments() throws Exception {
    try (Peer peer = joined()) {
      peer.send("40/custom");
      peer.next();
      peer.next();
      String two = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]";
      for (String head : List.of("", "/custom,")) {
        peer.send("452-" + head + "[\"message\"," + two);
        peer.send(new byte[] {1, 2, 3});
        peer.send(new byte[] {4, 5, 6});
        assertEquals("452-" + head + "[\"message-back\"," + two, peer.next());
        assertArrayEquals(new byte[] {1, 2, 3}, peer.nextBytes());
        assertArrayEquals(new byte[] {4, 5, 6}, peer.nextBytes());
        peer.send("452-" + head + "789[\"message-with-ack\"," + two);
        peer.send(new byte[] {1, 2, 3});
        peer.send(new byte[0]);
        assertEquals("462-" + head + "789[" + two, peer.next());
        assertArrayEquals(new byte[] {1, 2, 3}, peer.nextBytes());
        assertArrayEquals(new byte[0], peer.nextBytes());
      }
    }
  }

  @Test
  void placeholdersInAPlainEventAreData() throws Exception {
    try (Peer peer = joined()) {
      peer.send("42[\"message\",{\"_placeholder\":true,\"num\":0}]");
      assertEquals("42[\"message-back\",{\"_placeholder\":true,\"num\":0}]", peer.next());
    }
  }

  @Test
  void clientsAnswerTheServersEventsOnceOrNotInTime() throws Exception {
    try (Peer peer = joined()) {
      peer.send("42[\"ask\",{\"name\":\"q\",\"patience\":10000}]");
      assertEquals("420[\"q\",\"?\"]", peer.next());
      peer.send("430[\"yes\",2]");
      assertEquals("42[\"answered\",[\"yes\",2]]", peer.next());
      peer.send("430[\"again\"]");
      peer.send("4399[\"unknown\"]");
      peer.send("43[]");
      peer.send("42[\"ask\",{\"name\":\"q\",\"patience\":10000}]");
      assertEquals("421[\"q\",\"?\"]", peer.next());
      peer.send("461-1[{\"_placeholder\":true,\"num\":0}]");
      peer.send(new byte[] {9});
      assertEquals("451-[\"answered\",[{\"_placeholder\":true,\"num\":0}]]", peer.next());
      assertArrayEquals(new byte[] {9}, peer.nextBytes());
      peer.send("42[\"ask\",{\"name\":\"q\",\"patience\":20}]");
      assertEquals("422[\"q\",\"?\"]", peer.next());
      assertEquals("42[\"answered\",null]", peer.next());
      peer.send("432[\"too late\"]");
      peer.send("42[\"message\"]");
      assertEquals("42[\"message-back\"]", peer.next());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4",
        "4abc",
        "47",
        "40",
        "40[]",
        "40null",
        "44{\"message\":\"x\"}",
        "41{}",
        "42{}",
        "42[]",
        "42\"x\"",
        "42abc[\"message\",1]",
        "42[\"message\"",
        "42[{}]",
        "42[\"connect\"]",
        "42[\"connect_error\"]",
        "42[\"disconnect\"]",
        "42[\"disconnecting\"]",
        "42[\"newListener\"]",
        "42[\"removeListener\"]",
        "42/random,[\"message\"]",
        "41/random",
        "43/random,1[]",
        "43{}",
        "429007199254740993[\"message\"]",
        "450-[\"message\"]",
        "45[\"message\"]",
        "451[\"message\"]",
        "4511-[\"message\"]",
        "45/custom,1-[\"message\"]"
      })
  void whatBreaksTheProtocolEndsTheSession(String packet) throws Exception {
    try (Peer peer = joined()) {
      peer.send(packet);
      peer.awaitClosed();
    }
  }

  @Test
  void whatComesBeforeConnectEndsTheSession() throws Exception {
    for (String packet : List.of("42[\"message\"]", "41", "430[]", "4abc")) {
      try (Peer peer = fresh(slow)) {
        peer.send(packet);
        peer.awaitClosed();
      }
    }
  }

  @Test
  void attachmentsComeWhenTheyAreDueAndOnlyThen() throws Exception {
    try (Peer text = joined()) {
      text.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
      text.send("42[\"message\"]");
      text.awaitClosed();
    }
    try (Peer binary = joined()) {
      binary.send(new byte[] {1});
      binary.awaitClosed();
    }
    try (Peer nowhere = joined()) {
      nowhere.send("451-[\"message\",{\"_placeholder\":true,\"num\":1}]");
      nowhere.send(new byte[] {1});
      nowhere.awaitClosed();
    }
  }

  @Test
  void whatTheReferenceToleratesIsTolerated() throws Exception {
    try (Peer peer = joined()) {
      peer.send("42");
      peer.send("42[7,\"numeric\"]");
      peer.send("42[\"error\"]");
      peer.send("42[\"connection\"]");
      peer.send("43");
      peer.send("42/,007[\"message-with-ack\",1]");
      assertEquals("437[1]", peer.next());
    }
  }

  @Test
  void theServerPutsAClientOutOfANamespaceAndForgivesWhatWasOnItsWay() throws Exception {
    try (Peer peer = joined()) {
      peer.send("42[\"put-me-out\"]");
      peer.send("42[\"message\",\"too late\"]");
      assertEquals("41", peer.next());
      peer.send("40/custom");
      assertTrue(peer.next().startsWith("40/custom,{"), "the connection stays");
    }
  }

  @Test
  void theServerEndsAConnectionForGoodOrForNow() throws Exception {
    try (Peer peer = joined()) {
      peer.send("42[\"disconnect-me\"]");
      assertEquals("41", peer.next());
      peer.awaitClosed();
    }
    try (Peer peer = joined()) {
      peer.send("42[\"drop-me\"]");
      peer.awaitClosed();
      assertEquals(0, peer.messages.size(), "no 41: the client comes back");
    }
  }

  @Test
  void aPollingClientThatIsPutOutHearsOfItWithItsNextPoll() {
    Polls polls = new Polls(slow, "/socket.io/");
    String sid = polls.open();
    polls.post(sid, "40").join();
    await().until(() -> polls.packets(sid).contains("auth"));
    polls.post(sid, "42[\"disconnect-me\"]").join();
    assertEquals("41", polls.packets(sid));
    assertEquals("1", polls.packets(sid), "apart, else clients would not hear the first");
    await().until(() -> polls.poll(sid).join().statusCode() == 400);
  }

  @Test
  void volatileEventsAreForgottenWhenTheyCannotBeWrittenAtOnce() throws Exception {
    try (Peer peer = joined()) {
      List<String> ticks = new ArrayList<>();
      peer.send("42[\"volatile\",1000]");
      peer.send("42[\"message\",\"end\"]");
      for (String next = peer.next(); !next.contains("end"); next = peer.next()) {
        ticks.add(next);
      }
      assertTrue(ticks.size() >= 1 && ticks.size() < 1_000, () -> ticks.size() + " came");
      assertEquals("42[\"tick\",0]", ticks.getFirst());
    }
    Polls polls = new Polls(slow, "/socket.io/");
    String sid = polls.open();
    polls.post(sid, "40").join();
    await().until(() -> polls.packets(sid).contains("auth"));
    polls.post(sid, "42[\"volatile\",5]\u001e42[\"message\",\"end\"]").join();
    assertEquals("42[\"message-back\",\"end\"]", polls.packets(sid), "no poll was open");
  }
}
