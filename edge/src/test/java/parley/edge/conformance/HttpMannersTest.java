package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.edge.conformance.Polls.SEPARATOR;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.engineio.EngineConfig;

/// How polling behaves as HTTP: sizes, encodings, origins, cookies, requests that break the rules.
@Timeout(60)
class HttpMannersTest {

  private static final String PATH = "/engine.io/";
  private static ProtocolServer server;
  private static Polls polls;

  @BeforeAll
  static void start() {
    server =
        ProtocolServer.start(
            config ->
                new EngineConfig(
                    config.path(),
                    ProtocolServer.slow(config).heartbeat(),
                    config.sizes(),
                    config.transports(),
                    new EngineConfig.Http(1_024, "io")));
    polls = new Polls(server, PATH);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String header(HttpResponse<?> response, String name) {
    return String.join("|", response.headers().allValues(name));
  }

  @Test
  void aPostOfExactlyTheLimitPassesAndOneByteMoreIs413AndTheSessionLives() {
    String sid = polls.open();
    assertEquals(200, polls.post(sid, "4" + "x".repeat(999_999)).join().statusCode());
    assertEquals(1_000_000, polls.packets(sid).length());
    HttpResponse<String> tooLarge = polls.post(sid, "4" + "x".repeat(1_000_000)).join();
    assertEquals(413, tooLarge.statusCode());
    assertEquals("", tooLarge.body());
    polls.post(sid, "4alive").join();
    assertEquals("4alive", polls.packets(sid));
  }

  @Test
  void bytesAreCountedNotCharactersNorWhatAHeaderSays() {
    String sid = polls.open();
    assertEquals(413, polls.post(sid, "4" + "\u20ac".repeat(400_000)).join().statusCode());
    byte[] large = ("4" + "x".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> chunked =
        polls.bytes(
            "POST",
            polls.polling("&sid=" + sid),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));
    assertEquals(413, chunked.statusCode());
    polls.post(sid, "4alive").join();
    assertEquals("4alive", polls.packets(sid));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain;charset=UTF-8",
        "application/json",
        "application/x-www-form-urlencoded",
        "application/octet-stream; x=y"
      })
  void bodiesAreTextWhateverTheirType(String type) {
    String sid = polls.open();
    assertEquals(200, polls.post(sid, "4\u20ac", "Content-Type", type).join().statusCode());
    assertEquals("4\u20ac", polls.packets(sid));
  }

  @Test
  void exactlyOctetStreamIsRefusedAndEndsTheSession() {
    String sid = polls.open();
    HttpResponse<String> response =
        polls.post(sid, "4x", "Content-Type", "application/octet-stream").join();
    assertEquals(400, response.statusCode());
    assertEquals("", response.body());
    assertEquals(400, polls.poll(sid).join().statusCode());
  }

  @Test
  void textThatIsNotUtf8EndsTheSession() {
    String sid = polls.open();
    HttpResponse<byte[]> response =
        polls.bytes(
            "POST",
            polls.polling("&sid=" + sid),
            BodyPublishers.ofByteArray(new byte[] {'4', (byte) 0xc3, 0x28}));
    assertEquals(200, response.statusCode());
    assertEquals(400, polls.poll(sid).join().statusCode());
  }

  @Test
  void base64IsReadLenientlyAndWrittenStrictly() {
    byte[] bytes = new byte[200];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + 250);
    }
    String standard = Base64.getEncoder().encodeToString(bytes);
    for (String lenient :
        List.of(
            standard,
            standard.replace("=", ""),
            Base64.getMimeEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().encodeToString(bytes))) {
      String sid = polls.open();
      polls.post(sid, "b" + lenient).join();
      assertEquals("b" + standard, polls.packets(sid));
    }
  }

  @Test
  void packetsBeforeAGoodbyeCountThoseBehindDoNot() throws Exception {
    // The poll ends with the echo of the first, or with the noop of the goodbye: they race.
    String answer =
        polls.answerToWaiting(
            sid -> polls.post(sid, "4a" + SEPARATOR + "1" + SEPARATOR + "4b").join());
    assertEquals("6", answer.replace("4a", "6"));
  }

  @Test
  void twoPostsAtOnceEndTheSession() throws Exception {
    String sid = polls.open();
    try (Socket slow = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST %s?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4x"
              .formatted(PATH, sid);
      slow.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      await()
          .until(
              () -> {
                HttpResponse<String> second = polls.post(sid, "4y").join();
                return second.statusCode() == 400;
              });
      assertEquals(400, polls.poll(sid).join().statusCode());
    }
  }

  @Test
  void aPostThatBreaksOffEndsTheSession() throws Exception {
    String sid = polls.open();
    int before = server.sessions();
    try (Socket broken = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST %s?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4x"
              .formatted(PATH, sid);
      broken.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }
    await().until(() -> server.sessions() < before);
    assertEquals(400, polls.poll(sid).join().statusCode());
  }

  @Test
  void aPollWithConnectionCloseIsAnsweredAndClosed() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      OutputStream out = socket.getOutputStream();
      String head =
          "GET %s?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              .formatted(PATH);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(10_000);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.contains("\"sid\""), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
  void otherMethodsAreRefusedAndTheSessionLives(String method) {
    String sid = polls.open();
    int status =
        polls
            .send(method, polls.polling("&sid=" + sid), BodyPublishers.noBody())
            .join()
            .statusCode();
    assertEquals(400, status);
    polls.post(sid, "4alive").join();
    assertEquals("4alive", polls.packets(sid));
  }

  @Test
  void aRequestInAnotherVersionThanTheSessionsIsRefused() {
    String sid = polls.open();
    HttpResponse<String> response =
        polls.send("GET", "?EIO=3&transport=polling&sid=" + sid, BodyPublishers.noBody()).join();
    assertEquals(400, response.statusCode());
    assertEquals("{\"code\":3,\"message\":\"Bad request\"}", response.body());
  }

  @ParameterizedTest
  @CsvSource({
    "'gzip, deflate, br', gzip",
    "'deflate', deflate",
    "'gzip;q=0, deflate;q=0.5', deflate",
    "'*', gzip",
    "'br', ''",
    "'gzip;q=0', ''"
  })
  void largeAnswersAreCompressedForThoseWhoCanReadThem(String accepted, String encoding)
      throws Exception {
    String sid = polls.open();
    String message = "4" + "large ".repeat(1_000);
    polls.post(sid, message).join();
    HttpResponse<byte[]> response =
        polls.bytes(
            "GET",
            polls.polling("&sid=" + sid),
            BodyPublishers.noBody(),
            "Accept-Encoding",
            accepted);
    assertEquals(encoding, header(response, "content-encoding"));
    InputStream body = new ByteArrayInputStream(response.body());
    InputStream plain =
        switch (encoding) {
          case "gzip" -> new GZIPInputStream(body);
          case "deflate" -> new InflaterInputStream(body);
          default -> body;
        };
    assertEquals(message, new String(plain.readAllBytes(), StandardCharsets.UTF_8));
    assertTrue(encoding.isEmpty() || response.body().length < 500);
  }

  @Test
  void smallAnswersAreNotCompressed() {
    HttpResponse<byte[]> response =
        polls.bytes("GET", polls.polling(""), BodyPublishers.noBody(), "Accept-Encoding", "gzip");
    assertEquals("", header(response, "content-encoding"));
  }

  @Test
  void pythonsClientsGetAtMostSixteenPacketsAtOnceOthersGetAll() {
    String payload =
        IntStream.range(0, 60).mapToObj(i -> "4" + i).collect(Collectors.joining(SEPARATOR));
    String plain = polls.open();
    polls.post(plain, payload).join();
    assertEquals(payload, polls.packets(plain));
    HttpResponse<String> handshake = polls.get("", "User-Agent", "python-requests/2.32");
    String sid = handshake.body().substring(9, 29);
    polls.post(sid, payload).join();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      String part = polls.packets(sid);
      assertTrue(part.split(SEPARATOR, -1).length <= 16);
      all.append(all.isEmpty() ? "" : SEPARATOR).append(part);
    }
    assertEquals(payload, all.toString());
  }

  @Test
  void aClientThatCannotTakeBinaryFramesGetsText() throws Exception {
    try (Peer peer = Peer.open(server, PATH + "?EIO=4&transport=websocket&b64=1")) {
      peer.next();
      peer.send(new byte[] {1, 2, 3, 4});
      assertEquals("bAQIDBA==", peer.next());
    }
  }

  @Test
  void pagesOfListedOriginsMayReadAnswersAndErrors() {
    for (HttpResponse<String> response :
        List.of(
            polls.get("", "Origin", "http://allowed.example"),
            polls.get("&sid=unknown", "Origin", "http://allowed.example"))) {
      assertEquals("http://allowed.example", header(response, "access-control-allow-origin"));
      assertEquals("true", header(response, "access-control-allow-credentials"));
      assertEquals("Origin", header(response, "vary"));
    }
  }

  @Test
  void foreignPagesGetNoSession() {
    int before = server.sessions();
    HttpResponse<String> response = polls.get("", "Origin", "http://foreign.example");
    assertEquals(403, response.statusCode());
    assertEquals("{\"code\":4,\"message\":\"Forbidden\"}", response.body());
    assertEquals("", header(response, "access-control-allow-origin"));
    assertThrows(
        Peer.RefusedException.class,
        () ->
            Peer.open(
                server, PATH + "?EIO=4&transport=websocket", "Origin", "http://foreign.example"));
    assertEquals(before, server.sessions());
    String sid = polls.open();
    assertThrows(
        Peer.RefusedException.class,
        () ->
            Peer.open(
                server,
                PATH + "?EIO=4&transport=websocket&sid=" + sid,
                "Origin",
                "http://foreign.example"));
  }

  @Test
  void preflightsAreAnswered() {
    HttpResponse<String> response =
        polls
            .send(
                "OPTIONS",
                polls.polling(""),
                BodyPublishers.noBody(),
                "Origin",
                "http://allowed.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "x-one,x-two")
            .join();
    assertEquals(204, response.statusCode());
    assertEquals("http://allowed.example", header(response, "access-control-allow-origin"));
    assertEquals("true", header(response, "access-control-allow-credentials"));
    assertEquals(
        "GET,HEAD,PUT,PATCH,POST,DELETE", header(response, "access-control-allow-methods"));
    assertEquals("x-one,x-two", header(response, "access-control-allow-headers"));
    assertTrue(header(response, "vary").contains("Access-Control-Request-Headers"));
  }

  @Test
  void theStickyCookieComesWithTheHandshakeAlone() {
    HttpResponse<String> handshake = polls.get("");
    String sid = handshake.body().substring(9, 29);
    assertEquals("io=" + sid + "; Path=/; HttpOnly; SameSite=Lax", header(handshake, "set-cookie"));
    polls.post(sid, "4x").join();
    assertEquals("", header(polls.poll(sid).join(), "set-cookie"));
  }

  @Test
  void thePathIsServedWithAndWithoutItsLastSlash() {
    assertEquals(200, new Polls(server, "/engine.io").get("").statusCode());
    assertEquals(404, new Polls(server, "/elsewhere").get("").statusCode());
  }

  @Test
  void emptyMessagesAreMessages() {
    String sid = polls.open();
    polls.post(sid, "4" + SEPARATOR + "b").join();
    assertEquals("4" + SEPARATOR + "b", polls.packets(sid));
  }
}
