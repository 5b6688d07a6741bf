package parley.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import parley.system.StockClient;
import parley.system.fault.History.Request;
import parley.system.fault.History.Seen;
import parley.system.fault.History.View;

/// A user with one client, as a well-made application would use it: repeats what is not answered,
/// joins again with the last position that it knows unless its connection was recovered, and writes
/// down all that it hears.
final class Chatter implements StockClient.Application, AutoCloseable {

  private static final List<String> LOGGED =
      List.of(
          "message-received",
          "message-edited",
          "message-deleted",
          "message-reaction",
          "member-added",
          "member-removed");

  /// Where edges are, and what befell them.
  interface World {
    URI edge(int index);

    int edges();

    /// Had any of these edges no chance to save a connection that began and ended then (nanoTime)?
    boolean unsaved(Set<Integer> edges, long begun, long ended);

    /// Something was acknowledged just now.
    default void acknowledged(Request request) {}
  }

  /// A room as this client knows it. Guarded by the chatter.
  private static final class Room {
    boolean joined;
    boolean asking; // to join, and not answered yet
    Joining joining;
    long from;
    long last;
    final List<Seen> seen = new ArrayList<>();
  }

  /// A request to join a room; `told` when the event behind its ack has come.
  private record Joining(Future<JsonNode> ack, CompletableFuture<Void> told) {}

  /// How late an event was.
  ///
  /// @param millis from its commit, or from when the client was connected, whichever was later
  /// @param at when it came; milliseconds since the epoch
  record Late(long millis, long at, String what) {}

  private final World world;
  private final String user;
  private final Random random;
  private final Map<String, Room> rooms = new HashMap<>();
  private final List<Late> lateness = new ArrayList<>(); // guarded by this
  private final StockClient client;
  private final Sending sending;
  private Set<Integer> tried = new HashSet<>(); // guarded by this
  private int at;
  private long connectedSince = System.nanoTime();
  private long disconnectedAt = connectedSince;
  private long connectedAtMs;
  private boolean mayRepeat;
  private volatile boolean giveUp;

  Chatter(World world, String user, String token, List<String> names, long seed) {
    this.world = world;
    this.user = user;
    this.random = new Random(seed);
    names.forEach(name -> rooms.put(name, new Room()));
    this.client = new StockClient(this::nextEdge, token, this);
    this.sending =
        new Sending(client, user, List.copyOf(rooms.keySet()), random, world::acknowledged);
  }

  private synchronized URI nextEdge() {
    at = random.nextInt(world.edges());
    tried.add(at);
    return world.edge(at);
  }

  String user() {
    return user;
  }

  StockClient client() {
    return client;
  }

  void startSending() {
    sending.start();
  }

  /// Is it in that room by now, and connected?
  synchronized boolean isIn(String room) {
    return rooms.containsKey(room) && rooms.get(room).joined && client.connected();
  }

  synchronized boolean inAllRooms() {
    return rooms.values().stream().allMatch(room -> room.joined);
  }

  @Override
  public synchronized void answered(boolean recovered) {
    long now = System.nanoTime();
    mayRepeat = recovered && world.unsaved(tried, connectedSince, disconnectedAt);
    tried = new HashSet<>(Set.of(at));
    connectedSince = now;
    connectedAtMs = System.currentTimeMillis();
  }

  @Override
  public void connected(boolean recovered) {
    List<String> again;
    synchronized (this) {
      again =
          rooms.entrySet().stream()
              .filter(room -> !recovered || !room.getValue().joined || room.getValue().asking)
              .map(Map.Entry::getKey)
              .toList();
      again.forEach(room -> rooms.get(room).asking = true);
    }
    int connection = client.connects();
    again.forEach(room -> Thread.ofVirtual().start(() -> join(room, connection)));
  }

  @Override
  public synchronized void disconnected() {
    disconnectedAt = System.nanoTime();
  }

  private void join(String room, int connection) {
    while (client.connects() == connection && !giveUp) {
      ObjectNode ask = JsonNodeFactory.instance.objectNode().put("roomId", room);
      synchronized (this) {
        Room known = rooms.get(room);
        if (known.joined) {
          ask.put("since", known.last);
        }
      }
      try {
        Joining joining = asked(room, ask);
        JsonNode answer = joining.ack.get(60, TimeUnit.SECONDS);
        if (answer.path("ok").booleanValue()) {
          joining.told.get(60, TimeUnit.SECONDS);
          if (!answer.path("more").asBoolean(false)) {
            joinAnswered(room, connection);
            return;
          }
          continue;
        }
      } catch (ExecutionException | TimeoutException again) {
        // asked again, while this connection lasts
      } catch (InterruptedException e) {
        return;
      }
      StockClient.pause(100);
    }
  }

  private synchronized Joining asked(String room, ObjectNode ask) {
    Joining joining = new Joining(client.ask("join-room", ask), new CompletableFuture<>());
    rooms.get(room).joining = joining;
    return joining;
  }

  private synchronized void joinAnswered(String room, int connection) {
    if (client.connects() == connection) {
      rooms.get(room).asking = false;
    }
  }

  @Override
  public synchronized void event(String name, JsonNode data) {
    if (name.equals("room-joined")) {
      Room room = rooms.get(data.path("roomId").asText());
      Joining joining = room.joining;
      if (joining.ack.state() == Future.State.SUCCESS) { // else the event is of another request
        roomJoined(room, joining.ack.resultNow());
        joining.told.complete(null);
      }
    } else if (LOGGED.contains(name)) {
      Room room = rooms.get(data.path("roomId").asText());
      if (room != null && room.joined) {
        see(room, name, data);
        late(data);
      }
    }
  }

  /// What the ack held counts from the event on: who has the ack alone is given it once more.
  private void roomJoined(Room room, JsonNode data) {
    if (data.has("reset")) {
      throw new IllegalStateException("reset: " + data);
    }
    if (!room.joined) {
      room.joined = true;
      room.from = data.path("seq").longValue();
      room.last = room.from;
    }
    for (JsonNode missed : data.path("missed")) {
      if (LOGGED.contains(missed.path("event").asText())) {
        see(room, missed.path("event").asText(), missed.path("data"));
      }
    }
    if (!data.path("more").asBoolean(false)) {
      room.last = Math.max(room.last, data.path("seq").longValue());
    }
  }

  private void see(Room room, String event, JsonNode data) {
    long seq = data.path("seq").longValue();
    boolean made = event.equals("message-received");
    String id = data.path(made ? "id" : "messageId").asText();
    room.seen.add(new Seen(seq, event, id, data.path("content").asText(""), mayRepeat));
    room.last = Math.max(room.last, seq);
  }

  /// From its commit, or from when the client was connected, whichever was later.
  private void late(JsonNode data) {
    for (String key : List.of("deletedAt", "editedAt", "reactedAt", "createdAt")) {
      if (data.hasNonNull(key)) {
        long now = System.currentTimeMillis();
        long committed = Instant.parse(data.path(key).asText()).toEpochMilli();
        long millis = now - Math.max(committed, connectedAtMs);
        String what = user + " on edge " + (at + 1) + ", " + data.path("roomId").asText();
        lateness.add(new Late(millis, now, what + " " + data.path("seq")));
        return;
      }
    }
  }

  /// Has it seen everything up to there?
  synchronized boolean reached(String room, long seq) {
    Room known = rooms.get(room);
    return known == null || known.last >= seq;
  }

  /// Where it stands in a room, in words.
  synchronized String standing(String room) {
    Room known = rooms.get(room);
    return "%s, %s edge %d, %s room %s: %d"
        .formatted(
            user,
            client.connected() ? "on" : "not on",
            at + 1,
            known.asking ? "not yet in" : "in",
            room,
            known.last);
  }

  /// Nothing new is asked for. Blocks until all is answered, or the time is over.
  void stopSending(Duration patience) throws InterruptedException {
    sending.stopSending(patience);
  }

  List<Request> requests() {
    return sending.requests();
  }

  synchronized List<View> views() {
    List<View> views = new ArrayList<>();
    rooms.forEach(
        (name, room) -> views.add(new View(user, name, room.from, List.copyOf(room.seen))));
    return views;
  }

  synchronized List<Late> lateness() {
    return List.copyOf(lateness);
  }

  @Override
  public void close() {
    giveUp = true;
    sending.giveUp();
    client.close();
  }
}
