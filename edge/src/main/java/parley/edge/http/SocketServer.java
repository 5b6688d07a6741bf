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
import java.util.Set;
import java.util.function.Consumer;
import parley.edge.connection.Connections;
import parley.edge.connection.HttpConnection;
import parley.edge.connection.StrictRequests;
import parley.edge.engineio.Cors;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.Origins;
import parley.edge.websocket.WebSocketUpgrade;

/// The HTTP server under the sockets: Helidon's, with our WebSocket in place of its own.
public final class SocketServer {

  private static final int BACKLOG = 4_096;

  private static final Cors NOBODY = new Cors(new Origins(Set.of(), Set.of()));

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
            .config(requests(connections.limits().requestLine()))
            .upgraders(Map.of("websocket", upgrade))
            .build();
    server
        .backlog(BACKLOG)
        .maxTcpConnections(connections.accepted())
        .writeQueueLength(0)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofMillis(500))
        .errorHandling(errors -> errors.includeEntity(true))
        .directHandlers(refusals(engines.isEmpty() ? NOBODY : engines.getFirst().cors()))
        // The only one, so that it is asked before the first byte.
        .protocolsDiscoverServices(false)
        .addConnectionSelector(connections.guarding(http))
        .routing(routing -> route(routing, engines, routes));
  }

  /// Helidon's own check of Host knows no IPv6 address without brackets, and wants one of HTTP/1.0
  /// too; {@link StrictRequests} checks in its place.
  @SuppressWarnings("removal") // there is no other switch in this version
  private static Http1Config requests(int longestLine) {
    return Http1Config.builder()
        .maxPrologueLength(longestLine)
        .validateRequestHostHeader(false)
        .addReceiveListener(new StrictRequests())
        .build();
  }

  private static DirectHandlers refusals(Cors cors) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, new Refusals(cors));
    }
    handlers.addHandler(DirectHandler.EventType.INTERNAL_ERROR, new Faults());
    return handlers.build();
  }

  private static void timed(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } catch (UncheckedIOException | ServerConnectionException gone) {
      throw new CloseConnectionException("the client is gone", gone); // which is no news
    } finally {
      HttpConnection.answered().run();
    }
    if (HttpConnection.isLast()) { // Helidon says so in the answer, and leaves it to the client
      throw new CloseConnectionException("as was asked");
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
