package parley.edge.http;

import io.helidon.http.DirectHandler;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import parley.edge.connection.Connections;
import parley.edge.connection.HttpConnection;
import parley.edge.connection.StrictRequests;
import parley.edge.engineio.EngineServer;
import parley.edge.websocket.WebSocketUpgrade;

/// The HTTP server under the sockets: Helidon's, with our WebSocket in place of its own.
public final class SocketServer {

  /// Tokens in the query can be long.
  private static final int LONGEST_REQUEST_LINE = 16_384;

  private static final int BACKLOG = 4_096;

  private SocketServer() {}

  /// Builds a server; it does not listen yet.
  ///
  /// @param connections that it may have
  /// @param engines one for each path
  /// @param routes what else is served
  public static WebServer create(
      String host,
      int port,
      Connections connections,
      List<EngineServer> engines,
      Consumer<HttpRouting.Builder> routes) {
    return WebServer.builder()
        .host(host)
        .port(port)
        .update(server -> configure(server, connections, engines, routes))
        .build();
  }

  /// All of a server but its address.
  ///
  /// @param connections that it may have
  /// @param engines one for each path
  /// @param routes what else is served
  static void configure(
      WebServerConfig.Builder server,
      Connections connections,
      List<EngineServer> engines,
      Consumer<HttpRouting.Builder> routes) {
    // Sessions whose clients are gone without a word last for a while beside the new ones.
    int sessions = (int) Math.min(2L * connections.most(), Integer.MAX_VALUE);
    engines.forEach(engine -> engine.permit(sessions));
    WebSocketUpgrade upgrade = new WebSocketUpgrade(engines);
    Http1ConnectionSelector http =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxPrologueLength(LONGEST_REQUEST_LINE)
                    .addReceiveListener(new StrictRequests())
                    .build())
            .upgraders(Map.of("websocket", upgrade))
            .build();
    server
        .backlog(BACKLOG)
        .maxTcpConnections(connections.accepted())
        .writeQueueLength(0)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofMillis(500))
        .directHandlers(
            DirectHandlers.builder()
                .addHandler(DirectHandler.EventType.INTERNAL_ERROR, new Faults())
                .build())
        // The only one, so that it is asked before the first byte.
        .protocolsDiscoverServices(false)
        .addConnectionSelector(connections.guarding(http))
        .routing(routing -> route(routing, engines, routes));
  }

  private static void timed(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } catch (UncheckedIOException | ServerConnectionException gone) {
      throw new CloseConnectionException("the client is gone", gone); // which is no news
    } finally {
      HttpConnection.answered().run();
    }
  }

  private static void route(
      HttpRouting.Builder routing,
      List<EngineServer> engines,
      Consumer<HttpRouting.Builder> routes) {
    routing.addFilter(SocketServer::timed);
    for (EngineServer engine : engines) {
      String path = engine.path();
      routing.any(path, engine.polling());
      routing.any(path.substring(0, path.length() - 1), engine.polling());
    }
    routes.accept(routing);
  }
}
