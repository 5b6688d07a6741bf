package parley.edge.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.edge.Defaults;
import parley.edge.connection.ConnectionLimits;
import parley.edge.engineio.EngineServer;

/// Connections that are too many, or too slow, and requests with two readings.
@Timeout(60)
class SocketServerTest extends HttpFixture {

  private static final Duration SHORT = Duration.ofMillis(200);

  private static String get(Socket socket, String path) throws IOException {
    say(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    InputStream in = socket.getInputStream();
    byte[] some = new byte[1_000];
    int got = in.read(some);
    return got < 0 ? "" : new String(some, 0, got, StandardCharsets.US_ASCII);
  }

  /// With Nagle's algorithm an event of several segments waits for the client's delayed
  /// acknowledgement of the first: 40 ms on Linux.
  @Test
  void socketsSendAtOnce() {
    assertTrue(start(Defaults.CONNECTIONS).prototype().connectionOptions().tcpNoDelay());
  }

  @Test
  void aConnectionTooManyIsToldSoAndThoseWithinTheLimitGoOn() throws IOException {
    WebServer server = start(new ConnectionLimits(3, LONG, LONG, LONG, 16_384));
    List<Socket> within = List.of(connect(server), connect(server), connect(server));
    for (Socket socket : within) {
      assertTrue(get(socket, "/hello").startsWith("HTTP/1.1 200"));
    }
    Socket tooMany = connect(server);
    say(tooMany, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    String answer = heard(tooMany);
    assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    assertTrue(answer.endsWith("{\"code\":7,\"message\":\"Too many connections\"}"), answer);
    assertTrue(get(within.getFirst(), "/hello").startsWith("HTTP/1.1 200"));
    within.getFirst().close();
    await().until(() -> get(connect(server), "/hello").startsWith("HTTP/1.1 200"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /he", "GET /hello HTTP/1.1\r\nHost: lo"})
  void aConnectionWhoseRequestDoesNotComeIsCutOff(String begun) throws IOException {
    Socket socket = connect(start(new ConnectionLimits(0, SHORT, LONG, LONG, 16_384)));
    say(socket, begun);
    assertEquals("", heard(socket));
  }

  @Test
  void aHeadThatDribblesIsCutOff() throws IOException {
    Socket socket = connect(start(new ConnectionLimits(0, SHORT, LONG, LONG, 16_384)));
    say(socket, "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ");
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              try {
                say(socket, "x");
                return false;
              } catch (IOException cutOff) {
                return true;
              }
            });
  }

  @Test
  void aBodyThatDoesNotComeIsCutOff() throws IOException {
    Socket socket = connect(start(new ConnectionLimits(0, LONG, SHORT, LONG, 16_384)));
    say(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe");
    assertFalse(heard(socket).contains("200"));
  }

  @Test
  void aConnectionThatAsksNoMoreIsCutOff() throws IOException {
    Socket socket = connect(start(new ConnectionLimits(0, LONG, LONG, SHORT, 16_384)));
    assertTrue(get(socket, "/hello").startsWith("HTTP/1.1 200"));
    assertEquals("", heard(socket));
  }

  /// Its thread waits for what the client says next, whoever answered.
  @Test
  void aConnectionWhosePollWasAnsweredAndThatAsksNoMoreIsCutOff() throws IOException {
    EngineServer engine = engine();
    Socket socket = connect(start(new ConnectionLimits(0, LONG, LONG, SHORT, 16_384), engine));
    String answer = get(socket, "/socket.io/?EIO=4&transport=polling");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    assertEquals("", heard(socket));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: -5",
        "Content-Length: +5",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
      })
  void aRequestWithTwoReadingsIsRefusedAndTheConnectionClosed(String lines) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    say(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n\r\n5\r\nhello\r\n0");
    String answer = heard(socket);
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("onnection: close"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      })
  void oneLengthOrChunksAreRead(String rest) throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    say(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + rest);
    String answer = "";
    while (!answer.endsWith("hello")) {
      answer += (char) socket.getInputStream().read();
    }
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @Test
  void aFaultOfOursIsAnsweredWithoutItsWords() throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    String answer = get(socket, "/fault");
    assertTrue(answer.startsWith("HTTP/1.1 500"), answer);
    assertTrue(answer.contains("Internal server error ("), answer);
    assertFalse(answer.contains("secret"), answer);
  }

  @Test
  void aMethodThatIsNoneIsTheRequestsFault() throws IOException {
    Socket socket = connect(start(Defaults.CONNECTIONS));
    say(socket, "G\u0001T /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertTrue(heard(socket).startsWith("HTTP/1.1 400"));
  }

  @Test
  void aListenerThatIsGoneIsNoticed() {
    WebServer server = start(Defaults.CONNECTIONS);
    ListenerWatch watch = ListenerWatch.over("0.0.0.0", server.port(), Duration.ofMillis(20));
    open.add(watch);
    assertTrue(watch.listens());
    server.stop();
    await().until(() -> !watch.listens());
  }
}
