package parley.edge.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import parley.edge.engineio.EngineServer;
import parley.edge.websocket.WebSocketUpgrade;

/// The HTTP server under the sockets: Helidon's, with our WebSocket in place of its own.
public final class SocketServer {

  private static final int BACKLOG = 4_096;

  /// A connection without a request for so long is closed. Longer than any poll is held.
  private static final Duration IDLE = Duration.ofMinutes(10);

  private SocketServer() {}

  /// Builds a server; it does not listen yet.
  ///
  /// @param engines one for each path
  /// @param routes what else is served
  public static WebServer create(
      String host, int port, List<EngineServer> engines, Consumer<HttpRouting.Builder> routes) {
    WebSocketUpgrade upgrade = new WebSocketUpgrade(engines);
    return WebServer.builder()
        .host(host)
        .port(port)
        .backlog(BACKLOG)
        .writeQueueLength(0)
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofMillis(500))
        .idleConnectionTimeout(IDLE)
        .addConnectionSelector(
            Http1ConnectionSelector.builder()
                .config(Http1Config.create())
                // Helidon looks the header's value up as it was written.
                .upgraders(Map.of("websocket", upgrade, "WebSocket", upgrade))
                .build())
        .routing(routing -> route(routing, engines, routes))
        .build();
  }

  private static void route(
      HttpRouting.Builder routing,
      List<EngineServer> engines,
      Consumer<HttpRouting.Builder> routes) {
    for (EngineServer engine : engines) {
      String path = engine.path();
      routing.any(path, engine.polling());
      routing.any(path.substring(0, path.length() - 1), engine.polling());
    }
    routes.accept(routing);
  }
}
