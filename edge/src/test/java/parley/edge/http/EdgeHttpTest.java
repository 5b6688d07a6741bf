package parley.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.staticcontent.ClasspathHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.Defaults;
import parley.edge.connection.Connections;
import parley.edge.connection.PendingBytes;
import parley.edge.connection.PendingLimits;
import parley.edge.engineio.Drainers;
import parley.edge.engineio.EngineConfig;
import parley.edge.engineio.EngineServer;
import parley.edge.engineio.Origins;
import parley.edge.engineio.Wheel;
import parley.process.Settings;

/// What plain HTTP gets of an edge: the page, and refusals.
@ServerTest
@Timeout(60)
class EdgeHttpTest {

  private static final EngineConfig CONFIG = Defaults.ENGINE;
  private static final String PATH = CONFIG.path();
  private static final Connections CONNECTIONS = new Connections(Defaults.CONNECTIONS);
  private static final Drainers DRAINERS = new Drainers(2);
  private static final Wheel WHEEL = Wheel.of(CONFIG.heartbeat());

  private static EngineServer engine;

  private final Http1Client client;

  EdgeHttpTest(Http1Client client) {
    this.client = client;
  }

  @SetUpServer
  static void server(WebServerConfig.Builder server) {
    engine =
        new EngineServer(
            CONFIG,
            new Origins(Set.of("http://allowed.example"), Set.of("own.example")),
            DRAINERS,
            WHEEL,
            new PendingBytes(PendingLimits.from(Settings.of(Map.of()), 1_000_000)),
            session -> new Silent());
    SocketServer.configure(
        server,
        CONNECTIONS,
        List.of(engine),
        routing ->
            routing
                .any(new PageHeaders())
                .register(
                    "/",
                    StaticContentFeature.createService(
                        ClasspathHandlerConfig.builder()
                            .location("page")
                            .welcome("index.html")
                            .build())));
  }

  @AfterAll
  static void stop() {
    CONNECTIONS.close();
    DRAINERS.close();
    WHEEL.close();
  }

  private static String header(ClientResponseTyped<?> response, String name) {
    return response.headers().first(HeaderNames.create(name)).orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/index.html", "/app.js", "/parley-client.js", "/style.css"})
  void whatABrowserShowsRunsItsOwnScriptsAloneAndStandsInNobodysFrame(String path) {
    ClientResponseTyped<String> page = client.get(path).request(String.class);
    assertEquals(200, page.status().code());
    String policy = header(page, "Content-Security-Policy");
    assertTrue(policy.contains("default-src 'none'"), policy);
    assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals("nosniff", header(page, "X-Content-Type-Options"));
  }

  @Test
  void thePageHasNothingThatItsPolicyForbids() {
    String page = client.get("/").requestEntity(String.class);
    assertFalse(page.matches("(?s).*<script(?![^>]*src=).*"), "a script in the page");
    assertFalse(page.contains("style="), "a style in the page");
    assertFalse(page.matches("(?s).* on[a-z]+=.*"), "a handler in the page");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "transport=smoke|400|{\"code\":0,\"message\":\"Transport unknown\"}",
        "transport=polling&sid=x|400|{\"code\":1,\"message\":\"Session ID unknown\"}",
        "transport=websocket|400|{\"code\":3,\"message\":\"Bad request\"}",
        "transport=polling&EIO=3|400|{\"code\":5,\"message\":\"Unsupported protocol version\"}"
      })
  void refusalsSayWhy(String query, int status, String body) {
    ClientResponseTyped<String> refusal =
        client.get(PATH + "?" + query).skipUriEncoding(true).request(String.class);
    assertEquals(status, refusal.status().code());
    assertEquals(body, refusal.entity());
  }

  /// A client that polls has no connection in between, and may leave as many sessions as it likes.
  @Test
  void aSessionTooManyIsRefusedWithoutTheLastConnection() {
    engine.permit(engine.sessions());
    try {
      refusalsSayWhy(
          "transport=polling&EIO=4", 503, "{\"code\":7,\"message\":\"Too many connections\"}");
    } finally {
      engine.permit(Integer.MAX_VALUE);
    }
    assertEquals(
        200,
        client
            .get(PATH + "?transport=polling&EIO=4")
            .skipUriEncoding(true)
            .request(String.class)
            .status()
            .code());
  }

  @ParameterizedTest
  @CsvSource({
    "http://allowed.example, edge.example, 200",
    "http://foreign.example, edge.example, 403",
    "http://127.0.0.1:3001, 127.0.0.1:3001, 200",
    "http://[::1]:3001, [::1]:3001, 200",
    "http://localhost:3001, localhost:3001, 200",
    "https://own.example, own.example, 200",
    "http://rebound.example:3001, rebound.example:3001, 403",
    "http://127.0.0.1.rebound.example, 127.0.0.1.rebound.example, 403",
  })
  void aPageOfThisHostIsWelcomeIfTheNameCannotBeSomebodyElses(
      String origin, String host, int status) {
    ClientResponseTyped<String> answer =
        client
            .method(Method.GET)
            .uri(PATH + "?EIO=4&transport=polling")
            .skipUriEncoding(true)
            .header(HeaderNames.HOST, host)
            .header(HeaderNames.ORIGIN, origin)
            .request(String.class);
    assertEquals(status, answer.status().code());
  }
}
