package parley.edge.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.Defaults;
import parley.edge.connection.ConnectionLimits;

/// Requests as proxies, health checks and old clients make them, and the words of refusals.
@Timeout(60)
class RequestFormsTest extends HttpFixture {

  /// All that is answered to what is said, until the server closes.
  private static String answer(Socket socket, String said) throws IOException {
    say(socket, said);
    return heard(socket);
  }

  /// As nginx sends them unless told otherwise, and HAProxy's health check.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /hello HTTP/1.0\r\n\r\n",
        "GET /hello HTTP/1.0\r\nHost: a.example\r\nConnection: close\r\n\r\n",
        "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\nUpgrade: websocket\r\n\r\n",
        "POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
      })
  void theOldHttpIsServedOneRequestAConnection(String request) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    String answer = answer(socket, request);
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
    assertTrue(answer.contains("onnection: close"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere", "/socket.io/?EIO=4&transport=polling"})
  void whatOnlyAsksForTheHeadGetsNoBody(String path) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS, engine()));
    String answer =
        answer(
            socket, "HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.example", "a.example:3001", "10.0.0.1:80", "[::1]", "[::1]:3001", "::1:3001"})
  void aHostIsANameOrAnAddressOfEitherKind(String host) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    String answer =
        answer(socket, "GET /hello HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X: y", "Host: a\r\nHost: b", "Host: ", "Host: a b", "Host: a/b", "Host: a@b:1x"})
  void whatIsNoHostIsRefused(String line) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    String answer = answer(socket, "GET /hello HTTP/1.1\r\n" + line + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /nowhere HTTP/1.1|404",
        "GET /%zz HTTP/1.1|400",
        "GET /hello HTTP/3.7|400",
        "hello|400",
      })
  void aRefusalHasWordsAndAnyPageCanReadIt(String line, int status) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    String answer = answer(socket, line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    assertTrue(answer.toLowerCase(Locale.ROOT).contains("access-control-allow-origin: *"), answer);
    assertFalse(answer.endsWith("\r\n\r\n"), answer);
  }

  /// It may hold what looks like one: a proxy would take the answer for another client's.
  @Test
  void ofABodyThatIsTooLargeNothingIsReadAsAnotherRequest() throws IOException {
    WebServer server = start(Defaults.CONNECTIONS, engine());
    String path = "/socket.io/?EIO=4&transport=polling";
    String rest = " HTTP/1.1\r\nHost: localhost\r\n";
    String opened = answer(connect(server), "GET " + path + rest + "Connection: close\r\n\r\n");
    String sid = opened.replaceAll("(?s).*\"sid\":\"([^\"]+)\".*", "$1");
    String hidden = ("GET /hello" + rest + "\r\n").repeat(100_000);
    String answer =
        answer(
            connect(server),
            "POST "
                + path
                + "&sid="
                + sid
                + rest
                + "Content-Length: "
                + hidden.length()
                + "\r\n\r\n"
                + hidden);
    assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    assertTrue(answer.endsWith("{\"code\":8,\"message\":\"Request body too large\"}"), answer);
  }

  @Test
  void aRequestLineHasABoundAndTheRefusalOfALongerOneIsHeard() throws IOException {
    WebServer server = start(new ConnectionLimits(0, LONG, LONG, LONG, 2_000));
    Socket within = connect(server);
    String fits =
        "GET /hello?" + "a".repeat(1_900) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assertTrue(answer(within, fits).startsWith("HTTP/1.1 200"));
    Socket beyond = connect(server);
    String answer =
        answer(
            beyond, "GET /hello?" + "a".repeat(1_000_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 414"), answer);
    assertFalse(answer.endsWith("\r\n\r\n"), answer);
  }
}
