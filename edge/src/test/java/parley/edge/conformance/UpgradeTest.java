package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The move from polling to a WebSocket, and the ways in which it can fail.
@Timeout(60)
class UpgradeTest {

  private static final String PATH = "/engine.io/";
  private static final String WEB_SOCKET = PATH + "?EIO=4&transport=websocket&sid=";
  private static ProtocolServer server;
  private static Polls polls;

  @BeforeAll
  static void start() {
    server = ProtocolServer.start(ProtocolServer::slow);
    polls = new Polls(server, PATH);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertAlive(String sid) {
    polls.post(sid, "4alive").join();
    assertEquals("4alive", polls.packets(sid));
  }

  @Test
  void anOpenPollIsEndedByTheProbe() throws Exception {
    String sid = polls.open();
    CompletableFuture<HttpResponse<String>> poll = polls.poll(sid);
    assertThrows(TimeoutException.class, () -> poll.get(50, TimeUnit.MILLISECONDS));
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      assertThrows(TimeoutException.class, () -> poll.get(50, TimeUnit.MILLISECONDS));
      peer.send("2probe");
      assertEquals("6", poll.join().body());
    }
  }

  @Test
  void whatIsSaidInTheWindowGoesToPollsOrWaitsAndNeverOntoTheSocketEarly() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send("2probe");
      assertEquals("3probe", peer.next());
      polls.post(sid, "4a\u001e4b").join();
      assertEquals("4a\u001e4b", polls.packets(sid));
      polls.post(sid, "4c").join();
      polls.post(sid, "4d").join();
      assertEquals(0, peer.messages.size());
      peer.send("5");
      peer.send("4e");
      assertEquals("4c", peer.next());
      assertEquals("4d", peer.next());
      assertEquals("4e", peer.next());
    }
  }

  @Test
  void aProbeCanBeLeftOut() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send("5");
      peer.send("4hello");
      assertEquals("4hello", peer.next());
    }
  }

  @Test
  void aPollThatIsStillOpenWhenTheSocketTakesOverIsEnded() throws Exception {
    assertEquals(
        "6",
        polls.answerToWaiting(
            sid -> {
              try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
                peer.send("5");
                peer.send("4hello");
                assertEquals("4hello", peer.next());
              }
            }));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4hello", "3probe", "2", "2x", "", "1"})
  void anythingButAProbeClosesThatSocketAndPollingLivesOn(String packet) throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send(packet);
      peer.awaitClosed();
    }
    assertAlive(sid);
  }

  @Test
  void aMessageBetweenProbeAndUpgradeClosesThatSocketAndPollingLivesOn() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send("2probe");
      peer.next();
      peer.send("4hello");
      peer.awaitClosed();
    }
    assertAlive(sid);
    CompletableFuture<HttpResponse<String>> poll = waiting(sid);
    polls.post(sid, "4x").join();
    assertEquals("4x", poll.join().body());
  }

  /// A poll that waits. Polls are ended with noops until the server, too, knows that the socket is
  /// gone.
  private CompletableFuture<HttpResponse<String>> waiting(String sid) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      CompletableFuture<HttpResponse<String>> poll = polls.poll(sid);
      try {
        assertEquals("6", poll.get(50, TimeUnit.MILLISECONDS).body());
      } catch (TimeoutException waits) {
        return poll;
      }
    }
    throw new AssertionError("polls are still ended at once");
  }

  @Test
  void aSocketLostWhileProbingIsForgottenAndAnotherCanTakeOver() throws Exception {
    String sid = polls.open();
    try (Peer lost = Peer.open(server, WEB_SOCKET + sid)) {
      lost.send("2probe");
      lost.next();
    }
    assertAlive(sid);
    await()
        .ignoreExceptions()
        .until(
            () -> {
              try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
                peer.send("2probe");
                assertEquals("3probe", peer.next());
                peer.send("5");
                peer.send("4hello");
                return peer.next().equals("4hello");
              }
            });
  }

  @Test
  void aSecondSocketIsClosedAndTheFirstGoesOn() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send("2probe");
      peer.next();
      try (Peer second = Peer.open(server, WEB_SOCKET + sid)) {
        second.awaitClosed();
      }
      peer.send("5");
      peer.send("4hello");
      assertEquals("4hello", peer.next());
    }
  }

  @Test
  void aSocketThatNeverTakesOverIsGivenUpAndPollingLivesOn() throws Exception {
    try (ProtocolServer impatient =
        ProtocolServer.start(
            config ->
                new parley.edge.engineio.EngineConfig(
                    config.path(),
                    ProtocolServer.slow(config).heartbeat(),
                    config.sizes(),
                    new parley.edge.engineio.EngineConfig.Transports(
                        true, true, java.time.Duration.ofMillis(200), false, false),
                    config.http()))) {
      Polls there = new Polls(impatient, PATH);
      String sid = there.open();
      try (Peer peer = Peer.open(impatient, WEB_SOCKET + sid)) {
        peer.send("2probe");
        assertEquals("3probe", peer.next());
        peer.awaitClosed();
      }
      there.post(sid, "4alive").join();
      assertEquals("4alive", there.packets(sid));
    }
  }

  /// The official JavaScript client, once it has stopped polling, notices the end of the session
  /// only on the socket that it moves to.
  @Test
  void aSessionThatEndsInTheWindowTakesTheSocketAlongWhenItTakesOver() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + sid)) {
      peer.send("2probe");
      peer.next();
      polls.post(sid, "1").join();
      peer.send("5");
      peer.awaitClosed();
    }
    assertEquals("6", polls.packets(sid), "for one that was sent with the goodbye");
    assertEquals(400, polls.poll(sid).join().statusCode());
  }

  @Test
  void aGetThatSaysWebSocketButIsNoneEatsNoPackets() {
    String sid = polls.open();
    polls.post(sid, "4kept").join();
    HttpResponse<String> response =
        polls
            .send(
                "GET",
                "?EIO=4&transport=websocket&sid=" + sid,
                java.net.http.HttpRequest.BodyPublishers.noBody())
            .join();
    assertEquals(400, response.statusCode());
    assertFalse(response.body().contains("kept"));
    assertEquals("4kept", polls.packets(sid));
  }

  @Test
  void whoIsPutOutInTheWindowHearsOfItOnTheSocket() throws Exception {
    Polls socketIo = new Polls(server, "/socket.io/");
    String sid = socketIo.open();
    socketIo.post(sid, "40").join();
    try (Peer peer = Peer.open(server, "/socket.io/?EIO=4&transport=websocket&sid=" + sid)) {
      peer.send("2probe");
      assertEquals("3probe", peer.next());
      await().until(() -> socketIo.packets(sid).contains("auth"));
      socketIo.post(sid, "42[\"disconnect-me\"]").join();
      peer.send("5");
      assertEquals("41", peer.next());
      peer.awaitClosed();
    }
  }
}
