package parley.edge.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketServerTest {

  /// With Nagle's algorithm an event of several segments waits for the client's delayed
  /// acknowledgement of the first: 40 ms on Linux.
  @Test
  void socketsSendAtOnce() {
    WebServer server = SocketServer.create("127.0.0.1", 0, List.of(), routing -> {});
    assertTrue(server.prototype().connectionOptions().tcpNoDelay());
  }
}
