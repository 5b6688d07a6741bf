package parley.edge.conformance;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A bare WebSocket to a server: whole messages in, whole messages out.
final class Peer implements AutoCloseable, WebSocket.Listener {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final LinkedBlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
  private WebSocket socket;

  /// @param pathAndQuery from the first slash on
  static Peer open(ProtocolServer server, String pathAndQuery, String... headers) {
    Peer peer = new Peer();
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + pathAndQuery);
    peer.socket = builder.buildAsync(uri, peer).join();
    return peer;
  }

  void send(String message) {
    socket.sendText(message, true).join();
  }

  void send(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  /// The next text message.
  String next() throws InterruptedException {
    return (String) any();
  }

  /// The next binary message.
  byte[] nextBytes() throws InterruptedException {
    return (byte[]) any();
  }

  private Object any() throws InterruptedException {
    Object message = messages.poll(10, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message came; closed: " + closed.isDone());
    }
    return message;
  }

  /// Waits for the end of the connection.
  int awaitClosed() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      messages.add(text.toString());
      text.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    bytes.writeBytes(part);
    if (last) {
      messages.add(bytes.toByteArray());
      bytes.reset();
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closed.complete(statusCode);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.complete(0);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
