package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.json.JSONException;
import org.json.JSONObject;

/// The official Java client, writing down all that it hears.
final class ChatClient implements AutoCloseable {

  static final List<String> EVENTS =
      List.of(
          "connected",
          "error",
          "pong",
          "room-joined",
          "room-left",
          "user-joined-room",
          "user-left-room",
          "message-received",
          "message-edited",
          "message-deleted",
          "message-reaction",
          "recent-messages",
          "member-added",
          "member-removed",
          "removed-from-room",
          "user-typing",
          "user-stopped-typing",
          "user-online",
          "user-offline",
          "user-status",
          "room-presence",
          "presence",
          "room-count",
          "message-read",
          "messages-read",
          "room-read",
          "unread",
          "readers");

  final Socket socket;
  private final Map<String, List<JSONObject>> heard = new ConcurrentHashMap<>();
  final List<String> refusals = new CopyOnWriteArrayList<>();

  private ChatClient(Socket socket) {
    this.socket = socket;
    for (String event : EVENTS) {
      heard.put(event, new CopyOnWriteArrayList<>());
      socket.on(
          event,
          arguments -> {
            if (arguments.length > 0 && arguments[0] instanceof JSONObject object) {
              heard.get(event).add(object);
            }
          });
    }
    socket.on(Socket.EVENT_CONNECT_ERROR, arguments -> refusals.add(String.valueOf(arguments[0])));
  }

  static ChatClient open(String url, Map<String, String> auth) {
    return open(url, auth, "websocket");
  }

  static ChatClient open(String url, Map<String, String> auth, String... transports) {
    IO.Options options =
        IO.Options.builder()
            .setTransports(transports)
            .setForceNew(true)
            .setReconnectionDelay(100)
            .setReconnectionDelayMax(500)
            .setAuth(auth)
            .build();
    ChatClient client = new ChatClient(IO.socket(URI.create(url), options));
    client.socket.connect();
    return client;
  }

  static ChatClient connect(String url, String token) {
    ChatClient client = open(url, Map.of("token", token));
    client.awaitEvent("connected");
    return client;
  }

  List<JSONObject> heard(String event) {
    return heard.get(event);
  }

  JSONObject awaitEvent(String event) {
    return awaitEvents(event, 1).getFirst();
  }

  List<JSONObject> awaitEvents(String event, int count) {
    await().atMost(Duration.ofSeconds(20)).until(() -> heard(event).size() >= count);
    return heard(event);
  }

  /// Emits and waits for the ack.
  JSONObject ask(String event, Object argument) throws Exception {
    BlockingQueue<Object> answer = new ArrayBlockingQueue<>(1);
    socket.emit(event, new Object[] {argument}, arguments -> answer.add(arguments[0]));
    Object ack = answer.poll(20, TimeUnit.SECONDS);
    assertTrue(ack instanceof JSONObject, () -> event + " was not acknowledged: " + ack);
    return (JSONObject) ack;
  }

  /// Emits, and expects the ack to say that it was done.
  JSONObject done(String event, Object argument) throws Exception {
    JSONObject ack = ask(event, argument);
    assertTrue(ack.getBoolean("ok"), ack::toString);
    return ack;
  }

  /// Emits, and expects a refusal with this code.
  JSONObject refused(String code, String event, Object argument) throws Exception {
    JSONObject ack = ask(event, argument);
    assertEquals(false, ack.getBoolean("ok"), ack.toString());
    assertEquals(code, ack.getJSONObject("error").getString("code"), ack.toString());
    return ack.getJSONObject("error");
  }

  JSONObject join(String room) throws Exception {
    return done("join-room", room);
  }

  /// Joins a room.
  ///
  /// @return the event, which comes behind the ack
  JSONObject entered(String room) throws Exception {
    int before = heard("room-joined").size();
    join(room);
    return awaitEvents("room-joined", before + 1).getLast();
  }

  JSONObject send(String room, String content) throws Exception {
    return done("send-message", json("roomId", room, "content", content));
  }

  List<String> contents() {
    return heard("message-received").stream().map(m -> m.optString("content")).toList();
  }

  static JSONObject json(Object... pairs) throws JSONException {
    JSONObject object = new JSONObject();
    for (int i = 0; i < pairs.length; i += 2) {
      object.put((String) pairs[i], pairs[i + 1]);
    }
    return object;
  }

  @Override
  public void close() {
    socket.disconnect();
    socket.close();
  }
}
