package parley.edge.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.engineio.EngineConfig;

/// Pings, and what becomes of those who do not answer them.
@Timeout(60)
class HeartbeatTest {

  private static final String PATH = "/engine.io/";
  private static final String WEB_SOCKET = PATH + "?EIO=4&transport=websocket";

  /// Pings come often, and a machine that is busy has time to answer them.
  private static final EngineConfig.Heartbeat HEARTBEAT =
      new EngineConfig.Heartbeat(Duration.ofMillis(300), Duration.ofMillis(1_500), Duration.ZERO);

  private static ProtocolServer server;
  private static Polls polls;

  @BeforeAll
  static void start() {
    server = ProtocolServer.start(HeartbeatTest::often);
    polls = new Polls(server, PATH);
  }

  private static EngineConfig often(EngineConfig config) {
    return new EngineConfig(
        config.path(), HEARTBEAT, config.sizes(), config.transports(), config.http());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertGone(String sid) {
    HttpResponse<String> response = polls.poll(sid).join();
    assertEquals(400, response.statusCode());
    assertEquals("{\"code\":1,\"message\":\"Session ID unknown\"}", response.body());
  }

  @Test
  void pollsArePingedOnSchedule() {
    String sid = polls.open();
    for (int i = 0; i < 3; i++) {
      assertEquals("2", polls.packets(sid));
      assertEquals(200, polls.post(sid, "3").join().statusCode());
    }
  }

  @Test
  void aPollingSessionWithoutPongEnds() {
    String sid = polls.open();
    assertEquals("2", polls.packets(sid));
    CompletableFuture<HttpResponse<String>> poll = polls.poll(sid);
    assertEquals("1", poll.join().body());
    assertGone(sid);
  }

  @Test
  void aWebSocketIsPingedOnScheduleAndEndsWithoutPong() throws Exception {
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      for (int i = 0; i < 3; i++) {
        assertEquals("2", peer.next());
        peer.send("3");
      }
      assertEquals("2", peer.next());
      peer.awaitClosed();
    }
  }

  @Test
  void pingsComeWhateverTheTraffic() throws Exception {
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      int pings = 0;
      for (int i = 0; pings < 2; i++) {
        peer.send("4" + i);
        for (String heard = peer.next(); !heard.equals("4" + i); heard = peer.next()) {
          assertEquals("2", heard);
          peer.send("3");
          pings++;
        }
      }
    }
  }

  @Test
  void aTalkingClientIsNotTakenForDead() throws Exception {
    long silence = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_500);
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      while (System.nanoTime() < silence) {
        peer.send("4x");
        for (String heard = peer.next(); heard.equals("2"); ) {
          heard = peer.next(); // never answered
        }
      }
      assertFalse(peer.closed.isDone());
    }
  }
}
