package parley.edge.session;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import parley.contract.UserId;
import parley.edge.auth.DemoTokens;
import parley.edge.recovery.Offset;

/// A client on the wire that writes down what it hears.
final class WireClient implements WebSocket.Listener {

  final List<String> heard = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private final WebSocket socket;

  /// @param wishes of its CONNECT, besides the token: `"name":value` each followed by a comma
  WireClient(int port, String user, String wishes) {
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .header("User-Agent", "Mozilla/5.0 (like a browser)") // hence offered recovery
            .buildAsync(
                URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket"),
                this)
            .join();
    String token =
        new DemoTokens(WireEdge.SECRET).sign(new UserId(user), Instant.now().getEpochSecond() + 60);
    say("40{" + wishes + "\"token\":\"" + token + "\"}");
  }

  void say(String text) {
    var unused = socket.sendText(text, true).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    part.append(text);
    if (last) {
      heard.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  /// Its connection breaks.
  void drop() {
    socket.abort();
  }

  boolean over() {
    return socket.isInputClosed() || socket.isOutputClosed();
  }

  void awaitHeard(String beginning) {
    await().until(() -> heard.stream().anyMatch(text -> text.startsWith(beginning)));
  }

  /// Has it been told this, whatever else was said with it?
  boolean heardOf(String words) {
    return heard.stream().anyMatch(text -> text.contains(words));
  }

  /// What follows a name and a colon in what it heard last that has such.
  String value(String name) {
    String key = "\"" + name + "\":\"";
    String text = heard.stream().filter(one -> one.contains(key)).reduce((a, b) -> b).orElseThrow();
    String rest = text.substring(text.indexOf(key) + key.length());
    return rest.substring(0, rest.indexOf('"'));
  }

  /// The offset of the first event that it heard with these words.
  Offset offset(String words) {
    String text = heard.stream().filter(one -> one.contains(words)).findFirst().orElseThrow();
    Offset offset =
        Offset.parse(text.substring(text.lastIndexOf(",\"") + 2, text.lastIndexOf('"')));
    if (offset == null) {
      throw new IllegalStateException(text);
    }
    return offset;
  }

  /// Enters a room; waits for the answer.
  void join(String room) {
    say("421[\"join-room\",\"" + room + "\"]");
    awaitHeard("431[{\"ok\":true");
  }
}
