package parley.edge.websocket;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.util.List;
import java.util.Map;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;

/// A WebSocket echo with nothing above the frames, as the Autobahn test suite wants one.
final class WireServer implements AutoCloseable, WebSocketUpgrade.Acceptor {

  static final int LIMIT = 16 * 1024 * 1024;
  private final boolean deflate;
  private final WebServer server;

  WireServer(boolean deflate) {
    this.deflate = deflate;
    this.server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .writeQueueLength(0)
            .addConnectionSelector(
                Http1ConnectionSelector.builder()
                    .config(Http1Config.create())
                    .upgraders(Map.of("websocket", new WebSocketUpgrade(List.of(this))))
                    .build())
            .build()
            .start();
  }

  int port() {
    return server.port();
  }

  @Override
  public WebSocketListener accept(HttpPrologue prologue, Headers headers, String address) {
    return new Echo();
  }

  @Override
  public PendingBytes pending() {
    return new PendingBytes(new PendingLimits(Long.MAX_VALUE, LIMIT));
  }

  @Override
  public boolean deflates() {
    return deflate;
  }

  /// Writes on the reading thread, so nothing comes between.
  private static final class Echo implements WebSocketListener {
    private WebSocketConnection connection;

    @Override
    public void opened(WebSocketConnection opened) {
      connection = opened;
    }

    @Override
    public int maxMessage() {
      return LIMIT;
    }

    private void write(byte[] frame) {
      connection.write(connection.deflates() ? Deflate.frames(frame, 1) : frame);
    }

    @Override
    public void text(String text) {
      byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      write(Frames.text(utf8, utf8.length));
    }

    @Override
    public void binary(byte[] bytes) {
      write(Frames.binary(bytes));
    }

    @Override
    public void control(byte[] frame) {
      connection.write(frame);
      if ((frame[0] & 15) == Frames.CLOSE) {
        connection.drop();
      }
    }

    @Override
    public void closed(Ending ending) {}
  }

  @Override
  public void close() {
    server.stop();
  }
}
