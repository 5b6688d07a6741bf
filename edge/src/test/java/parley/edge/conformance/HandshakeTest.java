package parley.edge.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A WebSocket's handshake as clients of all kinds write it.
class HandshakeTest extends MannersFixture {

  private static String handshake(String upgrade, String more) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(10_000);
      String request =
          "GET %s?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: %s\r\n"
                  .formatted(PATH, upgrade)
              + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
              + more
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      StringBuilder answer = new StringBuilder();
      for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
        answer.append((char) c);
        if (answer.toString().endsWith("\r\n\r\n")) {
          break;
        }
      }
      return answer.toString();
    }
  }

  @ParameterizedTest
  @CsvSource({"websocket,101", "WebSocket,101", "Websocket,101", "WEBSOCKET,101", "h2c,400"})
  void theNameOfTheProtocolIsTheSameInAnyCase(String upgrade, int status) throws Exception {
    assertTrue(handshake(upgrade, "").startsWith("HTTP/1.1 " + status), upgrade);
  }

  @Test
  void anotherProtocolMayBeOfferedBesides() throws Exception {
    assertTrue(handshake("h2c, websocket", "").startsWith("HTTP/1.1 101"));
  }

  @ParameterizedTest
  @CsvSource({"chat,chat", "'chat, superchat',chat", "'v1.json , x',v1.json"})
  void aSubprotocolThatIsOfferedIsAgreedTo(String offered, String agreed) throws Exception {
    String answer = handshake("websocket", "Sec-WebSocket-Protocol: " + offered + "\r\n");
    assertTrue(answer.contains("\r\nSec-WebSocket-Protocol: " + agreed + "\r\n"), answer);
  }

  @Test
  void noSubprotocolIsMadeUp() throws Exception {
    assertFalse(handshake("websocket", "").contains("Sec-WebSocket-Protocol"));
    String broken = handshake("websocket", "Sec-WebSocket-Protocol: <script>\r\n");
    assertFalse(broken.contains("Sec-WebSocket-Protocol"), broken);
    assertEquals("HTTP/1.1 101", broken.substring(0, 12));
  }
}
