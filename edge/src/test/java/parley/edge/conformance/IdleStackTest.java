package parley.edge.conformance;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a WebSocket that waits keeps on the stack of its thread, for hours perhaps, and as often as
/// there are clients.
@Timeout(60)
class IdleStackTest {

  private static final String SOCKET_IO = "/socket.io/?EIO=4&transport=websocket";

  @Test
  void nothingOfHttpIsOnTheStackOfAWebSocketThatWaits(@TempDir Path folder) throws Exception {
    try (ProtocolServer server = ProtocolServer.start(ProtocolServer::slow);
        Peer peer = Peer.open(server, SOCKET_IO)) {
      peer.next();
      peer.send("40");
      peer.next();
      await().until(() -> !waiting(folder).isEmpty());
      for (String stack : waiting(folder)) {
        assertFalse(stack.contains("Http1Connection"), stack);
        assertFalse(stack.contains("ScopedValue"), stack);
      }
    }
  }

  /// A stack that has been deep is kept as deep as long as the connection lives.
  @Test
  void whoWaitsToBeLetInWaitsOnAnotherThreadsStack(@TempDir Path folder) throws Exception {
    try (ProtocolServer server = ProtocolServer.start(ProtocolServer::slow);
        Peer peer = Peer.open(server, SOCKET_IO)) {
      peer.next();
      peer.send("40{\"wait\":true}");
      await().until(() -> dump(folder).contains("EchoApplication.waitToBeLetIn"));
      assertFalse(waiting(folder).isEmpty());
      for (String stack : waiting(folder)) {
        assertFalse(stack.contains("EchoApplication"), stack);
      }
      peer.send("42[\"message\",1]"); // waits for its turn
      server.letIn.countDown();
      assertTrue(peer.next().startsWith("40"));
      assertTrue(peer.next().startsWith("42[\"auth\""));
      assertTrue(peer.next().startsWith("42[\"message-back\""));
    }
  }

  private static List<String> waiting(Path folder) throws IOException {
    return Stream.of(dump(folder).split("\n\n"))
        .filter(stack -> stack.contains("parley.edge.websocket.WebSocketConnection.read"))
        .toList();
  }

  private static String dump(Path folder) throws IOException {
    Path file = folder.resolve(UUID.randomUUID() + ".txt");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
    return Files.readString(file);
  }
}
