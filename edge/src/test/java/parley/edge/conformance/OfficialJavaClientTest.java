package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official Java client over polling, over a WebSocket, and from the one to the other.
@Timeout(120)
class OfficialJavaClientTest {

  private static final String UPGRADE = "polling,websocket";
  private static ProtocolServer server;

  @BeforeAll
  static void start() {
    server = ProtocolServer.start(ProtocolServer::slow);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Socket socket(String transports, String path, Map<String, String> auth) {
    IO.Options options =
        IO.Options.builder()
            .setTransports(transports.split(",", -1))
            .setForceNew(true)
            .setReconnectionDelay(50)
            .setReconnectionDelayMax(100)
            .setAuth(auth)
            .build();
    return IO.socket(URI.create(server.url() + path), options);
  }

  private static Socket connected(String transports) {
    Socket socket = socket(transports, "/", null);
    socket.connect();
    await().atMost(Duration.ofSeconds(20)).until(socket::connected);
    return socket;
  }

  private static Object take(BlockingQueue<?> queue) throws InterruptedException {
    Object taken = queue.poll(20, TimeUnit.SECONDS);
    assertTrue(taken != null, "nothing came");
    return taken;
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void eventsAndAcksGoBothWaysTextAndBinary(String transports) throws Exception {
    Socket socket = connected(transports);
    try {
      BlockingQueue<Object[]> back = new LinkedBlockingQueue<>();
      socket.on("message-back", back::add);
      byte[] binary = new byte[3_000];
      new Random(1).nextBytes(binary);
      socket.emit(
          "message", "text \u20ac", 7, new JSONObject().put("a", new JSONArray(List.of(1))));
      Object[] heard = (Object[]) take(back);
      assertEquals("text \u20ac", heard[0]);
      assertEquals(7, heard[1]);
      assertEquals("{\"a\":[1]}", heard[2].toString());
      socket.emit("message", binary, new JSONObject().put("deep", binary));
      heard = (Object[]) take(back);
      assertArrayEquals(binary, (byte[]) heard[0]);
      assertArrayEquals(binary, (byte[]) ((JSONObject) heard[1]).get("deep"));
      BlockingQueue<Object[]> acks = new LinkedBlockingQueue<>();
      socket.emit("message-with-ack", new Object[] {"x", binary}, acks::add);
      Object[] ack = (Object[]) take(acks);
      assertEquals("x", ack[0]);
      assertArrayEquals(binary, (byte[]) ack[1]);
      BlockingQueue<Object[]> answered = new LinkedBlockingQueue<>();
      socket.on("answered", answered::add);
      socket.on("question", question -> ((Ack) question[1]).call("yes", binary));
      socket.emit("ask", new JSONObject().put("name", "question").put("patience", 10_000));
      JSONArray answer = (JSONArray) ((Object[]) take(answered))[0];
      assertEquals("yes", answer.get(0));
      assertArrayEquals(binary, (byte[]) answer.get(1));
    } finally {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void aMegabyteGoesBothWays(String transports) throws Exception {
    Socket socket = connected(transports);
    try {
      BlockingQueue<Object[]> back = new LinkedBlockingQueue<>();
      socket.on("message-back", back::add);
      String large = "x".repeat(999_900);
      socket.emit("message", large);
      assertEquals(large, ((Object[]) take(back))[0]);
    } finally {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void tenThousandPacketsComeInOrderBothWays(String transports) throws Exception {
    Socket socket = socket(transports, "/", null);
    try {
      BlockingQueue<Object> ticks = new LinkedBlockingQueue<>();
      BlockingQueue<Object> back = new LinkedBlockingQueue<>();
      socket.on("tick", arguments -> ticks.add(arguments[0]));
      socket.on("message-back", arguments -> back.add(arguments[0]));
      // Sent at once after CONNECT: with two transports that is in the middle of the upgrade.
      AtomicInteger connects = new AtomicInteger();
      socket.on(
          Socket.EVENT_CONNECT,
          nothing -> {
            if (connects.incrementAndGet() == 1) {
              socket.emit("burst", 10_000);
              for (int i = 0; i < 10_000; i++) {
                socket.emit("message", i);
              }
            }
          });
      socket.connect();
      for (int i = 0; i < 10_000; i++) {
        assertEquals(i, take(ticks));
      }
      for (int i = 0; i < 10_000; i++) {
        assertEquals(i, take(back));
      }
      assertEquals(1, connects.get());
    } finally {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void aClientWhoseTransportIsClosedComesBackByItself(String transports) {
    Socket socket = socket(transports, "/", null);
    try {
      AtomicInteger connects = new AtomicInteger();
      socket.on(Socket.EVENT_CONNECT, nothing -> connects.incrementAndGet());
      socket.connect();
      for (int i = 1; i <= 3; i++) {
        int expected = i;
        await().atMost(Duration.ofSeconds(20)).until(() -> connects.get() == expected);
        socket.emit("drop-me");
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> connects.get() == 4);
    } finally {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void aClientThatIsPutOutStaysAway(String transports) throws Exception {
    Socket socket = connected(transports);
    try {
      BlockingQueue<Object> reasons = new LinkedBlockingQueue<>();
      socket.on(Socket.EVENT_DISCONNECT, arguments -> reasons.add(arguments[0]));
      socket.emit("disconnect-me");
      assertEquals("io server disconnect", take(reasons));
    } finally {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", UPGRADE})
  void namespacesAndRefusalsReachTheClient(String transports) throws Exception {
    Socket custom = socket(transports, "/custom", Map.of("token", "t"));
    Socket unknown = socket(transports, "/unknown", null);
    Socket refused = socket(transports, "/", Map.of("refuse", "not you"));
    try {
      BlockingQueue<Object> auth = new LinkedBlockingQueue<>();
      BlockingQueue<Object> errors = new LinkedBlockingQueue<>();
      custom.on("auth", arguments -> auth.add(arguments[0]));
      unknown.on(Socket.EVENT_CONNECT_ERROR, arguments -> errors.add(arguments[0]));
      custom.connect();
      unknown.connect();
      assertEquals("t", ((JSONObject) take(auth)).getString("token"));
      assertEquals("Invalid namespace", ((JSONObject) take(errors)).getString("message"));
      refused.on(Socket.EVENT_CONNECT_ERROR, arguments -> errors.add(arguments[0]));
      refused.connect();
      assertEquals("not you", ((JSONObject) take(errors)).getString("message"));
    } finally {
      custom.close();
      unknown.close();
      refused.close();
    }
  }
}
