package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Joining namespaces, being refused, and leaving them.
@Timeout(60)
class NamespacesTest {

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
  void namespacesAreJoinedWithAndWithoutAPayload() throws Exception {
    for (String namespace : List.of("", "/custom,")) {
      try (Peer plain = fresh(slow)) {
        plain.send("40" + namespace);
        assertTrue(plain.next().startsWith("40" + namespace + "{\"sid\":\""));
        assertEquals("42" + namespace + "[\"auth\",{}]", plain.next());
      }
      try (Peer payload = fresh(slow)) {
        payload.send("40" + namespace + "{\"token\":\"123\"}");
        assertTrue(payload.next().startsWith("40" + namespace + "{\"sid\":\""));
        assertEquals("42" + namespace + "[\"auth\",{\"token\":\"123\"}]", payload.next());
      }
    }
  }

  @Test
  void theSocketsIdIsNotTheSessionsSecret() throws Exception {
    try (Peer peer = Peer.open(slow, WEB_SOCKET)) {
      String secret = peer.next().substring(9, 29);
      peer.send("40");
      assertFalse(peer.next().contains(secret));
    }
  }

  @Test
  void unknownNamespacesAreRefusedAndTheConnectionStays() throws Exception {
    try (Peer peer = fresh(slow)) {
      peer.send("40/random");
      assertEquals("44/random,{\"message\":\"Invalid namespace\"}", peer.next());
      peer.send("40/custom?a=1,");
      assertEquals("44/custom?a=1,{\"message\":\"Invalid namespace\"}", peer.next());
      peer.send("40");
      assertTrue(peer.next().startsWith("40{"));
    }
  }

  @Test
  void aRefusedClientMayTryAgainOnTheSameConnection() throws Exception {
    try (Peer peer = fresh(slow)) {
      peer.send("40{\"refuse\":\"not \\\"you\\\"\"}");
      assertEquals("44{\"message\":\"not \\\"you\\\"\"}", peer.next());
      peer.send("40/custom,{\"refuse\":\"no\"}");
      assertEquals("44/custom,{\"message\":\"no\"}", peer.next());
      peer.send("40");
      assertTrue(peer.next().startsWith("40{"));
    }
  }

  @Test
  void whoJoinsNothingIsClosed() throws Exception {
    try (Peer silent = fresh(slow);
        Peer refused = fresh(slow);
        Peer left = fresh(slow)) {
      refused.send("40{\"refuse\":\"no\"}");
      left.send("40");
      left.send("41");
      silent.awaitClosed();
      refused.awaitClosed();
      left.send("40");
      await()
          .until(
              () ->
                  left.messages.stream().filter(m -> m.toString().startsWith("40{")).count() == 2);
    }
  }

  @Test
  void leavingTheMainNamespaceIsNotAnsweredAndTheConnectionStays() throws Exception {
    try (Peer peer = fresh(server)) {
      peer.send("40");
      peer.next();
      peer.next();
      peer.send("41");
      assertEquals("2", peer.next(), "the next frame is the ping");
    }
  }

  @Test
  void leavingOneNamespaceLeavesTheOthers() throws Exception {
    try (Peer peer = joined()) {
      peer.send("40/custom");
      peer.next();
      peer.next();
      peer.send("41/custom");
      peer.send("42[\"message\",\"to the main namespace\"]");
      assertEquals("42[\"message-back\",\"to the main namespace\"]", peer.next());
      peer.send("40/custom");
      assertTrue(peer.next().startsWith("40/custom,{"), "it can be joined again");
    }
  }
}
