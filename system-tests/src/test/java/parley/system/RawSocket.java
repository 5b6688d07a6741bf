package parley.system;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/// A bare WebSocket to an edge, for what no proper client sends.
final class RawSocket implements AutoCloseable, WebSocket.Listener {

  final List<String> texts = new CopyOnWriteArrayList<>();
  volatile boolean closed;
  volatile int closeCode;
  private final StringBuilder part = new StringBuilder();
  WebSocket socket;

  static RawSocket open(Parley parley, String query, String... headers) {
    RawSocket raw = new RawSocket();
    WebSocket.Builder builder =
        HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    raw.socket =
        builder
            .buildAsync(
                URI.create(
                    parley.url(0).replace("http", "ws")
                        + "/socket.io/?EIO=4&transport=websocket"
                        + query),
                raw)
            .join();
    return raw;
  }

  /// One that has been let in.
  static RawSocket connected(Parley parley, String user) {
    RawSocket raw = open(parley, "");
    raw.send("40{\"token\":\"" + parley.token(user) + "\"}");
    raw.awaitText("42[\"connected\"");
    return raw;
  }

  void send(String text) {
    socket.sendText(text, true).join();
  }

  void awaitText(String beginning) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> texts.stream().anyMatch(t -> t.startsWith(beginning)));
  }

  void awaitClosed() {
    await().atMost(Duration.ofSeconds(20)).until(() -> closed);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      texts.add(part.toString());
      part.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closeCode = statusCode;
    closed = true;
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed = true;
  }

  @Override
  public void close() {
    socket.abort();
  }
}
