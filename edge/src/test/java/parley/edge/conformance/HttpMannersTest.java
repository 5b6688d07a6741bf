package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.edge.conformance.Polls.SEPARATOR;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How polling behaves as HTTP: sizes, bodies, requests that break the rules.
class HttpMannersTest extends MannersFixture {

  @Test
  void aPostOfExactlyTheLimitPassesAndOneByteMoreIs413AndTheSessionLives() {
    String sid = polls.open();
    assertEquals(200, polls.post(sid, "4" + "x".repeat(999_999)).join().statusCode());
    assertEquals(1_000_000, polls.packets(sid).length());
    HttpResponse<String> tooLarge = polls.post(sid, "4" + "x".repeat(1_000_000)).join();
    assertEquals(413, tooLarge.statusCode());
    assertEquals("{\"code\":8,\"message\":\"Request body too large\"}", tooLarge.body());
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
    assertEquals("{\"code\":3,\"message\":\"Bad request\"}", response.body());
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

  @Test
  void thePathIsServedWithAndWithoutItsLastSlash() {
    assertEquals(200, new Polls(server, "/engine.io").get("").statusCode());
    assertEquals(404, new Polls(server, "/elsewhere").get("").statusCode());
  }

  @Test
  void aRequestLineMayBeAsLongAsALongToken() {
    assertEquals(200, polls.get("&token=" + "x".repeat(15_000)).statusCode());
  }

  /// Some clients that poll take a close packet for a goodbye, and stay away.
  @Test
  void aSessionThatTheNodeEndsIsGoneAndIsNotSaidGoodbyeTo() {
    Polls chat = new Polls(server, "/socket.io/");
    String sid = chat.open();
    chat.post(sid, "40").join();
    assertTrue(chat.packets(sid).startsWith("40{"));
    CompletableFuture<HttpResponse<String>> poll = chat.poll(sid);
    chat.post(sid, "42[\"drop-me\"]").join();
    assertEquals(400, poll.join().statusCode());
    assertEquals(400, chat.poll(sid).join().statusCode());
  }

  @Test
  void emptyMessagesAreMessages() {
    String sid = polls.open();
    polls.post(sid, "4" + SEPARATOR + "b").join();
    assertEquals("4" + SEPARATOR + "b", polls.packets(sid));
  }
}
