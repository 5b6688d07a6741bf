package parley.edge.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Engine.IO version 3 and Socket.IO's clients of version 2, where the setting lets them in.
@Timeout(60)
class EngineV3Test {

  private static final Pattern LENGTH_AND_PACKET = Pattern.compile("^(\\d+):");
  private static ProtocolServer server;
  private static ProtocolServer pinged;

  @BeforeAll
  static void start() {
    server =
        ProtocolServer.start(
            config -> ProtocolServer.slow(ProtocolServer.transports(config, true, false)));
    pinged = ProtocolServer.start(config -> ProtocolServer.transports(config, true, false));
  }

  @AfterAll
  static void stop() {
    server.close();
    pinged.close();
  }

  private static Polls polls(String path) {
    return new Polls(server, path, "3");
  }

  /// Splits a text payload by its lengths.
  private static String packets(String payload) {
    StringBuilder joined = new StringBuilder();
    String rest = payload;
    while (!rest.isEmpty()) {
      Matcher head = LENGTH_AND_PACKET.matcher(rest);
      assertTrue(head.find(), payload);
      int end = head.end() + Integer.parseInt(head.group(1));
      joined.append(joined.isEmpty() ? "" : "|").append(rest, head.end(), end);
      rest = rest.substring(end);
    }
    return joined.toString();
  }

  @Test
  void packetsHaveLengthsInUtf16Units() {
    Polls polls = polls("/engine.io/");
    HttpResponse<String> opened = polls.get("&b64=1");
    assertTrue(opened.body().matches("\\d+:0\\{.*}"), opened.body());
    String sid = opened.body().substring(opened.body().indexOf("\"sid\":\"") + 7).substring(0, 20);
    polls.post(sid, "3:4\u20aca4:4\ud83d\ude00b6:b4AQID").join();
    HttpResponse<String> poll =
        polls.send("GET", polls.polling("&b64=1&sid=" + sid), BodyPublishers.noBody()).join();
    assertEquals("3:4\u20aca4:4\ud83d\ude00b6:b4AQID", poll.body());
  }

  @Test
  void anAbsentVersionIsThree() {
    Polls polls = polls("/engine.io/");
    HttpResponse<String> opened =
        polls.send("GET", "?transport=polling&b64=1", BodyPublishers.noBody()).join();
    assertTrue(opened.body().matches("\\d+:0\\{.*}"), opened.body());
  }

  @Test
  void binaryPayloadsHaveTheirOwnForm() {
    Polls polls = polls("/engine.io/");
    String sid = polls.open();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 2, (byte) 255, '4', 'a'});
    body.writeBytes(new byte[] {1, 4, (byte) 255, 4, 7, 8, 9});
    HttpResponse<byte[]> posted =
        polls.bytes(
            "POST",
            polls.polling("&sid=" + sid),
            BodyPublishers.ofByteArray(body.toByteArray()),
            "Content-Type",
            "application/octet-stream");
    assertEquals(200, posted.statusCode());
    HttpResponse<byte[]> poll =
        polls.bytes("GET", polls.polling("&sid=" + sid), BodyPublishers.noBody());
    assertEquals("application/octet-stream", poll.headers().firstValue("content-type").get());
    assertArrayEquals(body.toByteArray(), poll.body());
  }

  @Test
  void malformedPayloadsEndTheSession() {
    for (String bad : new String[] {"", "4a", "x:4a", "9:4a", ":4a", "99999999999:4a"}) {
      Polls polls = polls("/engine.io/");
      String sid = polls.open();
      polls.post(sid, bad).join();
      assertEquals(400, polls.poll(sid).join().statusCode(), bad);
    }
  }

  @Test
  void clientsPingAndTheServerAnswers() throws Exception {
    try (Peer peer = Peer.open(server, "/engine.io/?EIO=3&transport=websocket")) {
      peer.next();
      peer.send("2");
      assertEquals("3", peer.next());
      peer.send("2abc");
      assertEquals("3abc", peer.next());
      peer.send(new byte[] {4, 1, 2});
      assertArrayEquals(new byte[] {4, 1, 2}, peer.nextBytes());
      peer.send(new byte[] {1, 2});
      peer.awaitClosed();
    }
  }

  @Test
  void aClientThatDoesNotPingIsTakenForDead() throws Exception {
    try (Peer peer = Peer.open(pinged, "/engine.io/?EIO=3&transport=websocket")) {
      peer.next();
      peer.awaitClosed();
      assertEquals(0, peer.messages.size(), "it was not pinged");
    }
  }

  @Test
  void theMainNamespaceIsJoinedUnaskedInTheFirstPayload() {
    Polls polls = polls("/socket.io/");
    HttpResponse<String> opened = polls.get("&b64=1");
    String[] packets = packets(opened.body()).split("\\|", -1);
    assertEquals("40", packets[1]);
    assertEquals("42[\"auth\",{}]", packets[2]);
  }

  @Test
  void namespacesMayCarryAQueryAndRefusalsAreBareStrings() throws Exception {
    try (Peer peer = Peer.open(server, "/socket.io/?EIO=3&transport=websocket")) {
      peer.next();
      assertEquals("40", peer.next());
      assertEquals("42[\"auth\",{}]", peer.next());
      peer.send("40/custom?token=a%20b,");
      assertEquals("40/custom,", peer.next());
      assertEquals("42/custom,[\"auth\",{\"token\":\"a b\"}]", peer.next());
      peer.send("40/random,");
      assertEquals("44/random,\"Invalid namespace\"", peer.next());
      peer.send("42[\"message\",1]");
      assertEquals("42[\"message-back\",1]", peer.next());
      peer.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
      peer.send(new byte[] {4, 1, 2});
      assertEquals("451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]", peer.next());
      assertArrayEquals(new byte[] {4, 1, 2}, peer.nextBytes());
    }
  }

  @Test
  void pollingUpgradesToAWebSocket() throws Exception {
    Polls polls = polls("/engine.io/");
    String sid = polls.open();
    try (Peer peer = Peer.open(server, "/engine.io/?EIO=3&transport=websocket&sid=" + sid)) {
      peer.send("2probe");
      assertEquals("3probe", peer.next());
      assertEquals("1:6", polls.packets(sid));
      peer.send("5");
      peer.send("4hello");
      assertEquals("4hello", peer.next());
    }
  }
}
