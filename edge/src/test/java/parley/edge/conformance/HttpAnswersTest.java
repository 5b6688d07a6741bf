package parley.edge.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.edge.conformance.Polls.SEPARATOR;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How answers to polling behave as HTTP: encodings, origins, cookies.
class HttpAnswersTest extends MannersFixture {

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
    assertEquals(
        "{\"code\":4,\"message\":\"Forbidden: pages of this origin may not connect\"}",
        response.body());
    assertEquals("*", header(response, "access-control-allow-origin"), "its page can say why");
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
}
