package parley.edge.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
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
        .connectionOptions(options -> options.tcpNoDelay(true))
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofMillis(500))
        .idleConnectionTimeout(IDLE)
        .directHandlers(
            DirectHandlers.builder()
                .addHandler(DirectHandler.EventType.INTERNAL_ERROR, SocketServer::fault)
                .build())
        .addConnectionSelector(
            Http1ConnectionSelector.builder()
                .config(Http1Config.create())
                // Helidon looks the header's value up as it was written.
                .upgraders(Map.of("websocket", upgrade, "WebSocket", upgrade))
                .build())
        .routing(routing -> route(routing, engines, routes))
        .build();
  }

  /// What fails before there is a request is no request, such as a method with a control character
  /// in it; Helidon takes that for a fault of its own, and would log it as one.
  private static DirectHandler.TransportResponse fault(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    boolean unread = request.method().isEmpty();
    return DirectHandler.defaultHandler()
        .handle(
            request,
            unread ? DirectHandler.EventType.BAD_REQUEST : type,
            unread ? Status.BAD_REQUEST_400 : status,
            headers,
            unread ? "Bad request" : message);
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
