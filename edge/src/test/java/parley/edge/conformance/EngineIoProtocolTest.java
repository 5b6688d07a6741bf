package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.edge.conformance.Polls.SEPARATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.Defaults;
import parley.edge.engineio.EngineConfig;

/// Engine.IO version 4, behaviour by behaviour: what the official suite checks.
@Timeout(60)
class EngineIoProtocolTest {

  private static final String PATH = "/engine.io/";
  private static final String WEB_SOCKET = PATH + "?EIO=4&transport=websocket";
  private static ProtocolServer server;
  private static Polls polls;

  @BeforeAll
  static void start() {
    server = ProtocolServer.start(ProtocolServer::slow); // no ping comes between
    polls = new Polls(server, PATH);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode open(String packet) throws Exception {
    assertEquals('0', packet.charAt(0));
    JsonNode open = new JsonMapper().readTree(packet.substring(1));
    Set<String> keys = new TreeSet<>();
    open.fieldNames().forEachRemaining(keys::add);
    assertEquals(Set.of("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"), keys);
    EngineConfig.Heartbeat heartbeat = Defaults.ENGINE.heartbeat();
    assertEquals(heartbeat.interval().toMillis(), open.get("pingInterval").asLong());
    assertEquals(heartbeat.timeout().toMillis(), open.get("pingTimeout").asLong());
    assertEquals(1_000_000, open.get("maxPayload").asInt());
    return open;
  }

  private static void assertGone(String sid) {
    HttpResponse<String> response = polls.poll(sid).join();
    assertEquals(400, response.statusCode());
    assertEquals("{\"code\":1,\"message\":\"Session ID unknown\"}", response.body());
  }

  @Test
  void pollingOpensASession() throws Exception {
    HttpResponse<String> response = polls.get("");
    assertEquals(200, response.statusCode());
    assertEquals("[\"websocket\"]", open(response.body()).get("upgrades").toString());
    assertEquals("text/plain; charset=UTF-8", response.headers().firstValue("content-type").get());
    assertEquals("no-store", response.headers().firstValue("cache-control").get());
    assertTrue(response.headers().firstValue("content-length").isPresent());
  }

  @Test
  void aWebSocketOpensASession() throws Exception {
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      assertEquals("[]", open(peer.next()).get("upgrades").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?transport=polling",
        "?EIO=abc&transport=polling",
        "?EIO=3&transport=polling",
        "?EIO=4",
        "?EIO=4&transport=abc",
        "?EIO=4&transport=websocket"
      })
  void aHandshakeThatLacksSomethingIsRefused(String query) {
    assertEquals(400, polls.send("GET", query, BodyPublishers.noBody()).join().statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE"})
  void aHandshakeIsAGet(String method) {
    HttpResponse<String> response =
        polls.send(method, polls.polling(""), BodyPublishers.noBody()).join();
    assertEquals(400, response.statusCode());
    assertEquals("{\"code\":2,\"message\":\"Bad handshake method\"}", response.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?transport=websocket",
        "?EIO=abc&transport=websocket",
        "?EIO=4",
        "?EIO=4&transport=abc",
        "?EIO=4&transport=polling",
        "?EIO=4&transport=websocket&sid=unknown"
      })
  void aWebSocketThatLacksSomethingIsRefusedBeforeItOpens(String query) {
    assertThrows(Peer.RefusedException.class, () -> Peer.open(server, PATH + query));
  }

  @Test
  void messagesArePostedAndPolled() {
    String sid = polls.open();
    HttpResponse<String> response = polls.post(sid, "4hello").join();
    assertEquals(200, response.statusCode());
    assertEquals("ok", response.body());
    assertEquals("text/html", response.headers().firstValue("content-type").get());
    assertEquals("2", response.headers().firstValue("content-length").get());
    assertEquals("4hello", polls.packets(sid));
  }

  @Test
  void packetsPostedTogetherComeTogetherInOrder() {
    String sid = polls.open();
    String payload =
        "4test1" + SEPARATOR + "4test2" + SEPARATOR + "bAQIDBA==" + SEPARATOR + "4\u20ac";
    polls.post(sid, payload).join();
    assertEquals(payload, polls.packets(sid));
  }

  @Test
  void aPollWaitsForWhatComes() {
    String sid = polls.open();
    CompletableFuture<HttpResponse<String>> poll = polls.poll(sid);
    polls.post(sid, "4late").join();
    assertEquals("4late", poll.join().body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "", "4ok\u001e", "2"})
  void aMalformedPacketEndsTheSession(String payload) {
    String sid = polls.open();
    assertEquals(200, polls.post(sid, payload).join().statusCode());
    assertGone(sid);
  }

  @Test
  void twoPollsAtOnceEndTheSession() {
    String sid = polls.open();
    CompletableFuture<HttpResponse<String>> first = polls.poll(sid);
    CompletableFuture<HttpResponse<String>> second = polls.poll(sid);
    List<Integer> statuses = List.of(first.join().statusCode(), second.join().statusCode());
    assertTrue(statuses.containsAll(List.of(200, 400)), statuses::toString);
    assertEquals("1", (first.join().statusCode() == 200 ? first : second).join().body());
    assertGone(sid);
  }

  @Test
  void anAbortedPollEndsTheSession() {
    String sid = polls.open();
    int before = server.sessions();
    CompletableFuture<HttpResponse<String>> poll = polls.poll(sid);
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> poll.get(50, TimeUnit.MILLISECONDS));
    poll.cancel(true);
    await().atMost(5, TimeUnit.SECONDS).until(() -> server.sessions() < before);
    assertGone(sid);
  }

  @Test
  void aWebSocketEchoesTextAndBinary() throws Exception {
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      peer.send("4hello");
      assertEquals("4hello", peer.next());
      peer.send(new byte[] {1, 2, 3, 4});
      assertArrayEquals(new byte[] {1, 2, 3, 4}, peer.nextBytes());
      peer.send("4");
      assertEquals("4", peer.next());
      peer.send("bAQIDBA==");
      assertArrayEquals(new byte[] {1, 2, 3, 4}, peer.nextBytes());
      peer.send("6");
      peer.send("0");
      peer.send("3");
      peer.send("4still here");
      assertEquals("4still here", peer.next());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "", "2", "1"})
  void aMalformedPacketOrAGoodbyeClosesTheWebSocket(String packet) throws Exception {
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      peer.send(packet);
      peer.awaitClosed();
    }
  }

  @Test
  void aGoodbyeEndsThePollWithANoop() throws Exception {
    assertEquals(
        "6",
        polls.answerToWaiting(
            sid -> {
              polls.post(sid, "1").join();
              assertGone(sid);
            }));
  }

  /// Whatever is closed with bytes unread loses what was written last.
  @Test
  void whoSaysTooMuchHearsWhy() throws Exception {
    String most = "4" + "x".repeat(8_000_000);
    try (Peer peer = Peer.open(server, WEB_SOCKET)) {
      peer.next();
      peer.send(most);
      assertEquals(1009, peer.awaitClosed());
    }
    assertEquals(413, polls.post(polls.open(), most).join().statusCode());
  }

  /// The two are sent together, and may arrive in any order.
  @Test
  void aPollThatComesJustAfterAGoodbyeEndsWithANoopToo() {
    String sid = polls.open();
    polls.post(sid, "1").join();
    assertEquals("6", polls.packets(sid));
    assertGone(sid);
  }

  @Test
  void pollingUpgradesToAWebSocket() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + "&sid=" + sid)) {
      peer.send("2probe");
      assertEquals("3probe", peer.next());
      assertEquals("6", polls.packets(sid));
      assertEquals("6", polls.packets(sid), "and every other poll in this window");
      peer.send("5");
      peer.send("4hello");
      assertEquals("4hello", peer.next());
    }
  }

  @Test
  void afterTheUpgradeRequestsOfTheSameSessionAreRefusedAndItLivesOn() throws Exception {
    String sid = polls.open();
    try (Peer peer = Peer.open(server, WEB_SOCKET + "&sid=" + sid)) {
      peer.send("2probe");
      assertEquals("3probe", peer.next());
      peer.send("5");
      peer.send("4a");
      assertEquals("4a", peer.next());
      HttpResponse<String> poll = polls.poll(sid).join();
      assertEquals(400, poll.statusCode());
      assertEquals("{\"code\":3,\"message\":\"Bad request\"}", poll.body());
      try (Peer second = Peer.open(server, WEB_SOCKET + "&sid=" + sid)) {
        second.awaitClosed();
      }
      peer.send("4b");
      assertEquals("4b", peer.next());
    }
  }
}
