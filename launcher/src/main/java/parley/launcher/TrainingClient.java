package parley.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A Socket.IO client over one WebSocket, as far as training needs one. Calls come from one thread,
/// and block.
final class TrainingClient implements WebSocket.Listener, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 10;

  private final HttpClient http;
  private final URI edge;
  private final String token;
  private final Map<Integer, CompletableFuture<JsonNode>> acks = new ConcurrentHashMap<>();
  private final StringBuilder frame = new StringBuilder();
  private CompletableFuture<JsonNode> connected = new CompletableFuture<>();
  private @Nullable WebSocket socket;
  private volatile String offset = "";
  private String pid = "";
  private int calls;

  TrainingClient(HttpClient http, int port, String token) {
    this.http = http;
    this.edge = URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket");
    this.token = token;
  }

  /// @throws IllegalStateException when it is not let in, or nobody answers
  void connect() throws InterruptedException {
    connected = new CompletableFuture<>();
    try {
      socket =
          http.newWebSocketBuilder()
              .header("User-Agent", "Mozilla/5.0 (training)") // hence offered recovery
              .buildAsync(edge, this)
              .join();
    } catch (CompletionException e) {
      throw new IllegalStateException("no connection", e);
    }
    String recovery = pid.isEmpty() ? "" : ",\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"";
    send("40{\"token\":\"" + token + "\"" + recovery + "}");
    pid = answer(connected).path("pid").asText("");
  }

  /// Loses the connection, and goes on with it.
  void comeBack() throws InterruptedException {
    close();
    connect();
  }

  /// Sends an event and waits for its acknowledgement.
  JsonNode call(String event, String data) throws InterruptedException {
    CompletableFuture<JsonNode> ack = new CompletableFuture<>();
    acks.put(calls, ack);
    send("42" + calls++ + "[\"" + event + "\"," + data + "]");
    return answer(ack);
  }

  void emit(String event, String data) {
    send("42[\"" + event + "\"," + data + "]");
  }

  private static JsonNode answer(CompletableFuture<JsonNode> answer) throws InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no answer", e);
    }
  }

  /// Callers and heartbeats take turns: one text at a time is what the JDK's client allows.
  private synchronized void send(String packet) {
    WebSocket open = socket;
    if (open != null) {
      try {
        open.sendText(packet, true).join();
      } catch (CompletionException e) {
        throw new IllegalStateException("the connection is over", e);
      }
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    frame.append(data);
    if (last) {
      String packet = frame.toString();
      frame.setLength(0);
      try {
        heard(packet);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(packet, e);
      }
    }
    from.request(1);
    return null;
  }

  private void heard(String packet) throws JsonProcessingException {
    if (packet.equals("2")) {
      send("3");
    } else if (packet.startsWith("40")) {
      connected.complete(JSON.readTree(packet.substring(2)));
    } else if (packet.startsWith("44")) {
      connected.completeExceptionally(new IllegalStateException(packet));
    } else if (packet.startsWith("43")) {
      int data = packet.indexOf('[');
      CompletableFuture<JsonNode> ack = acks.remove(Integer.parseInt(packet.substring(2, data)));
      if (ack != null) {
        ack.complete(JSON.readTree(packet.substring(data)).path(0));
      }
    } else if (packet.startsWith("42")) {
      JsonNode event = JSON.readTree(packet.substring(2));
      offset = event.path(2).asText(offset);
    }
  }

  @Override
  public void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }
}
