package parley.edge.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;

/// A fault of ours while a WebSocket is let in is ours, in the answer and in the log: a class that
/// was missing became «Bad request», and nobody heard of it.
@Timeout(60)
class UpgradeFaultTest {

  private static final class Broken implements WebSocketUpgrade.Acceptor {

    @Override
    public WebSocketListener accept(HttpPrologue prologue, Headers headers, String address) {
      throw new NoClassDefFoundError("secret/words");
    }

    @Override
    public PendingBytes pending() {
      return new PendingBytes(new PendingLimits(1_000, 1_000));
    }

    @Override
    public boolean deflates() {
      return false;
    }
  }

  private static final class Severe extends Handler {
    int records;

    @Override
    public synchronized void publish(LogRecord record) {
      records += record.getLevel().intValue() >= Level.SEVERE.intValue() ? 1 : 0;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void aFaultOfOursIsNotTheClients() throws Exception {
    Logger log = Logger.getLogger(WebSocketUpgrade.class.getName());
    Severe severe = new Severe();
    log.addHandler(severe);
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .addConnectionSelector(
                Http1ConnectionSelector.builder()
                    .config(Http1Config.create())
                    .upgraders(Map.of("websocket", new WebSocketUpgrade(List.of(new Broken()))))
                    .build())
            .build()
            .start();
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 500"), answer);
      assertFalse(answer.contains("secret"), answer);
      assertEquals(1, severe.records);
    } finally {
      server.stop();
      log.removeHandler(severe);
    }
  }
}
