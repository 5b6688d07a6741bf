package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client need not wait for the answer to its handshake: what came behind it, whole or in part,
/// is already in the buffer of the HTTP server when the connection becomes a WebSocket.
@Timeout(30)
class EarlyFrameTest {

  private static final String HANDSHAKE =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  @Test
  void framesBehindTheHandshakeAreHeard() throws Exception {
    byte[] first = Wire.frame(0x81, "first".getBytes(US_ASCII));
    byte[] second = Wire.frame(0x81, "second".getBytes(US_ASCII));
    ByteArrayOutputStream early = new ByteArrayOutputStream();
    early.writeBytes(HANDSHAKE.getBytes(US_ASCII));
    early.writeBytes(first);
    early.write(second, 0, 4);
    try (WireServer server = new WireServer(false);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(early.toByteArray());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.readByte());
      }
      assertTrue(head.toString().startsWith("HTTP/1.1 101"));
      assertEquals("first", new String(in.readNBytes(7), 2, 5, US_ASCII));
      socket.getOutputStream().write(second, 4, second.length - 4);
      assertEquals("second", new String(in.readNBytes(8), 2, 6, US_ASCII));
    }
  }
}
