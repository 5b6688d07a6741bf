package parley.edge.http;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import parley.edge.Defaults;
import parley.edge.connection.ConnectionLimits;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;
import parley.edge.engineio.Drainers;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.Origins;
import parley.edge.engineio.Wheel;

/// Servers and bare connections to them, which end with the test.
abstract class HttpFixture {

  static final Duration LONG = Duration.ofMinutes(1);

  final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /// One that serves `/hello`, `/echo` and `/fault` beside the engines' paths.
  WebServer start(ConnectionLimits limits, EngineServer... engines) {
    Connections connections = new Connections(limits);
    open.add(connections);
    WebServer server =
        SocketServer.create(
            "127.0.0.1",
            0,
            connections,
            List.of(engines),
            routing ->
                routing
                    .get("/hello", (request, response) -> response.send("hello"))
                    .post(
                        "/echo",
                        (request, response) -> response.send(request.content().as(String.class)))
                    .get(
                        "/fault",
                        (request, response) -> {
                          throw new IllegalStateException("secret words");
                        }));
    server.start();
    open.add(server::stop);
    return server;
  }

  EngineServer engine() {
    Drainers drainers = new Drainers(1);
    Wheel wheel = new Wheel(10);
    open.addAll(List.of(drainers, wheel));
    return new EngineServer(
        Defaults.ENGINE,
        new Origins(Set.of(), Set.of()),
        drainers,
        wheel,
        new PendingBytes(new PendingLimits(Long.MAX_VALUE, Integer.MAX_VALUE)),
        session -> new Silent());
  }

  Socket connect(WebServer server) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(30_000);
    open.add(socket);
    return socket;
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// All that comes until the server closes.
  static String heard(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
