package parley.edge.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.socket.PlainSocket;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// That the Helidon in use is one whose buffer can be given back: an update of it that changes this
/// doubles what an idle connection costs, and fails here.
@Timeout(30)
class HandshakeBufferTest {

  @Test
  void aSocketWithoutItsBufferIsStillRead() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket client = new Socket(loopback, server.getLocalPort());
        Socket accepted = server.accept()) {
      PlainSocket socket = PlainSocket.server(accepted, "connection", "server");
      assertTrue(HandshakeBuffer.release(socket));
      Field buffer = PlainSocket.class.getDeclaredField("readBuffer");
      buffer.setAccessible(true);
      assertEquals(0, ((byte[]) buffer.get(socket)).length);
      client.getOutputStream().write("frame".getBytes(US_ASCII));
      byte[] read = new Inbound(new byte[0], socket::read).read(5);
      assertEquals("frame", new String(read, US_ASCII));
    }
  }
}
