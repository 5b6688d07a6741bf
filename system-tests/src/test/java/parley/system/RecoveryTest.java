package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.system.ChatClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.launcher.LauncherMain;
import parley.launcher.LocalCluster;
import parley.proto.api.ReadHistoryRequest;
import parley.proto.presence.GetRoomUsersRequest;
import redis.clients.jedis.RedisClient;

/// A client whose connection ends goes on where it was, on whatever edge: connection state recovery
/// as the unmodified official client does it.
@Timeout(180)
class RecoveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley =
        Parley.start(
            data,
            options ->
                options
                    .with("--rate-limit", "off")
                    .with("--cores", "2")
                    .with("--set", "RECOVERY_EVENTS=300;SOCKET_PING_INTERVAL=1000"));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
  }

  /// A reader that joins its rooms once, and again only when it was not recovered.
  private static final class Reader implements StockClient.Application, AutoCloseable {
    final AtomicInteger edge;
    final List<String> rooms;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<Boolean> connects = new CopyOnWriteArrayList<>();
    final List<Integer> heardAtConnect = new CopyOnWriteArrayList<>();
    final StockClient client;

    Reader(int edge, String user, String... rooms) throws Exception {
      this.edge = new AtomicInteger(edge);
      this.rooms = List.of(rooms);
      this.client =
          new StockClient(() -> URI.create(parley.url(this.edge.get())), parley.token(user), this);
      await().atMost(PATIENCE).until(client::connected);
      for (String room : rooms) {
        join(room);
      }
    }

    void join(String room) throws Exception {
      JsonNode ack =
          client
              .ask("join-room", JsonNodeFactory.instance.textNode(room))
              .get(10, TimeUnit.SECONDS);
      assertTrue(ack.path("ok").booleanValue(), ack::toString);
    }

    @Override
    public void connected(boolean recovered) {
      heardAtConnect.add(heard.size());
      connects.add(recovered);
    }

    @Override
    public void event(String name, JsonNode argument) {
      if (name.equals("message-received")) {
        heard.add(argument.path("content").asText());
      } else {
        told.add(name + " " + argument);
      }
    }

    void awaitHeard(String content) {
      await().atMost(PATIENCE).until(() -> heard.contains(content));
    }

    void awaitConnects(int count) {
      await().atMost(PATIENCE).until(() -> connects.size() >= count);
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private static List<String> numbered(String name, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> name + i).toList();
  }

  private static void send(String room, String user, List<String> contents) {
    contents.forEach(content -> parley.send(room, user, content));
  }

  @Test
  void whatWasMissedComesBeforeTheConnectionIsAnsweredOnAnotherEdge() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String one = parley.room(ana, ben);
    String two = parley.room(ana, ben);
    try (Reader reader = new Reader(0, ben, one, two)) {
      send(one, ana, List.of("a0"));
      send(two, ana, List.of("b0"));
      reader.awaitHeard("b0");
      reader.edge.set(2); // nowhere
      reader.client.drop();
      await().atMost(PATIENCE).until(() -> !reader.client.connected());
      send(one, ana, numbered("a", 1, 20));
      send(two, ana, numbered("b", 1, 20));
      reader.edge.set(1);
      reader.awaitConnects(2);
      assertTrue(reader.connects.get(1));
      assertEquals(40, reader.heardAtConnect.get(1));
      send(one, ana, List.of("live"));
      reader.awaitHeard("live");
      assertEquals(
          numbered("a", 0, 20), reader.heard.stream().filter(h -> h.matches("a\\d+")).toList());
      assertEquals(
          numbered("b", 0, 20), reader.heard.stream().filter(h -> h.matches("b\\d+")).toList());
      assertEquals(41, reader.heard.size());
      assertTrue(
          reader.told.stream()
              .anyMatch(t -> t.startsWith("connected") && t.contains("\"recovered\":true")));
      // again, without anything missed
      reader.client.drop();
      reader.awaitConnects(3);
      assertTrue(reader.connects.get(2));
      assertEquals(41, reader.heard.size());
    }
  }

  @Test
  void theHalfOpenTwinIsPutOut() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    for (int next = 0; next < 2; next++) {
      try (Reader reader = new Reader(0, ben, room)) {
        send(room, ana, List.of("x0"));
        reader.awaitHeard("x0");
        reader.edge.set(2);
        reader.client.loseNetwork();
        send(room, ana, numbered("x", 1, 5));
        reader.edge.set(next);
        reader.awaitConnects(2);
        assertTrue(reader.connects.get(1));
        assertEquals(numbered("x", 0, 5), reader.heard);
        Socket twin = reader.client.abandoned().getFirst();
        twin.setSoTimeout(10_000);
        await().atMost(PATIENCE).until(() -> ended(twin));
      }
    }
  }

  private static boolean ended(Socket socket) {
    try {
      while (true) {
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      }
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void aKilledEdgeLosesNothingAndWhatRepeatsIsTheSame() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String one = parley.room(ana, ben);
    String two = parley.room(ana, ben);
    try (Reader reader = new Reader(1, ben, one, two)) {
      send(one, ana, numbered("a", 0, 5));
      send(two, ana, numbered("b", 0, 5));
      reader.awaitHeard("b4");
      reader.edge.set(2);
      parley.cluster.child("edge-2").killAndHold();
      await().atMost(PATIENCE).until(() -> !reader.client.connected());
      send(one, ana, numbered("a", 5, 9));
      send(two, ana, numbered("b", 5, 9));
      reader.edge.set(0);
      reader.awaitConnects(2);
      assertTrue(reader.connects.get(1));
      for (String each : numbered("a", 0, 9)) {
        assertTrue(reader.heard.contains(each), () -> each + " is not in " + reader.heard);
      }
      assertEquals(
          new TreeSet<>(numbered("b", 0, 9)),
          new TreeSet<>(reader.heard.stream().filter(h -> h.startsWith("b")).toList()));
    } finally {
      parley.cluster.child("edge-2").release();
      await().atMost(Duration.ofSeconds(40)).until(() -> answers(1));
    }
  }

  @Test
  void aRedisThatLostEverythingIsToldAgain() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (Reader reader = new Reader(1, ben, room)) {
      send(room, ana, List.of("a0"));
      reader.awaitHeard("a0");
      try (RedisClient redis =
          RedisClient.create("redis://127.0.0.1:" + parley.cluster.options().ports().redis())) {
        String before = runId(redis);
        parley.cluster.child("redis").kill();
        await()
            .atMost(Duration.ofSeconds(40))
            .ignoreExceptions()
            .until(
                () ->
                    !runId(redis).equals(before) // the one that was killed may answer once more
                        && redis.keys("recovery:*").stream()
                            .anyMatch(key -> redis.hget(key, "d").contains(ben)));
      }
      reader.edge.set(0);
      parley.cluster.child("edge-2").kill();
      reader.awaitConnects(2);
      assertTrue(reader.connects.get(1));
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> status(1, "/health/ready") == 200);
  }

  private static String runId(RedisClient redis) {
    return redis
        .info("server")
        .lines()
        .filter(l -> l.startsWith("run_id:"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean answers(int edge) {
    URI url = URI.create(parley.url(edge));
    try (Socket probe = new Socket(url.getHost(), url.getPort())) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// SIGTERM, as in an update: what is under way is answered, everybody goes on elsewhere, nothing
  /// is missed or repeated, and the edge ends by itself.
  @Test
  void anEdgeThatIsToldToEndSendsItsClientsElsewhere() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String one = parley.room(ana, ben);
    String two = parley.room(ana, ben);
    AtomicBoolean stop = new AtomicBoolean();
    List<String> acknowledged = new CopyOnWriteArrayList<>();
    try (Reader reader = new Reader(1, ben, one, two);
        Reader sender = new Reader(1, ana, one, two)) {
      Thread sending =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; !stop.get(); i++) {
                      sendUntilStored(sender, i % 2 == 0 ? one : two, "m" + i, acknowledged);
                    }
                  });
      await().atMost(PATIENCE).until(() -> acknowledged.size() > 50);
      reader.edge.set(0);
      sender.edge.set(0);
      LauncherMain.main(new String[] {"restart", "edge-2", "--data", data.toString()});
      reader.awaitConnects(2);
      sender.awaitConnects(2);
      int before = acknowledged.size();
      await().atMost(PATIENCE).until(() -> acknowledged.size() > before + 50);
      stop.set(true);
      sending.join();
      assertEquals(List.of(false, true), reader.connects);
      assertEquals(List.of(false, true), sender.connects);
      reader.awaitHeard(acknowledged.getLast());
      for (Reader each : List.of(reader, sender)) {
        await().atMost(PATIENCE).until(() -> each.heard.containsAll(acknowledged));
        for (String room : List.of("even", "odd")) {
          int rest = room.equals("even") ? 0 : 1;
          assertEquals(
              acknowledged.stream().filter(m -> number(m) % 2 == rest).toList(),
              each.heard.stream().filter(m -> number(m) % 2 == rest).toList());
        }
      }
      await().atMost(Duration.ofSeconds(40)).until(() -> answers(1));
    } finally {
      stop.set(true);
    }
  }

  private static int number(String message) {
    return Integer.parseInt(message.substring(1));
  }

  /// As `retries` and `ackTimeout` of the official client do.
  private static void sendUntilStored(
      Reader sender, String room, String content, List<String> acknowledged) {
    ObjectNode message =
        JsonNodeFactory.instance
            .objectNode()
            .put("roomId", room)
            .put("content", content)
            .put("clientMessageId", content);
    while (true) {
      try {
        JsonNode ack = sender.client.ask("send-message", message).get(5, TimeUnit.SECONDS);
        if (ack.path("ok").booleanValue()) {
          acknowledged.add(content);
          return;
        }
      } catch (ExecutionException | TimeoutException again) {
        // the connection ended, or nothing was said in time
      } catch (InterruptedException e) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Test
  void anEdgeThatEndsLetsNobodyInAndSaysThatItIsNotReady() throws Exception {
    // Somebody whose request is never answered keeps the edge up for its five seconds.
    String ben = parley.user("ben");
    String room = parley.room(ben);
    try (Reader reader = new Reader(1, ben, room)) {
      parley.cluster.child("core").pause(true);
      parley.cluster.child("core-2").pause(true);
      reader.client.ask(
          "send-message",
          JsonNodeFactory.instance.objectNode().put("roomId", room).put("content", "x"));
      reader // what is asked is read in order: the message is on its way once this is answered
          .client
          .ask("ping", JsonNodeFactory.instance.numberNode(1))
          .get(10, TimeUnit.SECONDS);
      parley.cluster.child("edge-2").terminate();
      await().atMost(PATIENCE).until(() -> status(1, "/socket.io/?EIO=4&transport=polling") == 503);
      assertEquals(503, status(1, "/health/ready"));
      assertEquals(200, status(1, "/health/live"));
    } finally {
      parley.cluster.child("core").pause(false);
      parley.cluster.child("core-2").pause(false);
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> status(1, "/health/ready") == 200);
  }

  private static int status(int edge, String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(parley.url(edge) + path))
              .timeout(Duration.ofSeconds(2))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Test
  void nobodyElseCanGoOnWithAConnection() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (RawSocket first = RawSocket.open(parley, "")) {
      first.send("40{\"token\":\"" + parley.token(ben) + "\"}");
      first.awaitText("42[\"connected\"");
      String answer =
          first.texts.stream().filter(t -> t.startsWith("40")).findFirst().orElseThrow();
      String pid = new JSONObject(answer.substring(2)).getString("pid");
      first.send("421[\"join-room\",\"" + room + "\"]");
      first.awaitText("431");
      try (RawSocket thief = RawSocket.open(parley, "")) {
        thief.send("40{\"token\":\"" + parley.token(ana) + "\",\"pid\":\"" + pid + "\"}");
        thief.awaitText("42[\"connected\"");
        assertFalse(thief.texts.stream().anyMatch(t -> t.contains(pid)));
        assertFalse(first.closed);
      }
      for (String nonsense : List.of("\"" + "x".repeat(100) + "\"", "7", "{}", "\"unknown\"")) {
        try (RawSocket other = RawSocket.open(parley, "")) {
          other.send(
              "40{\"token\":\""
                  + parley.token(ben)
                  + "\",\"pid\":"
                  + nonsense
                  + ",\"offset\":\"?~?\"}");
          other.awaitText("42[\"connected\"");
        }
      }
    }
  }

  @Test
  void nothingOfARoomThatOneMayNoLongerReadIsSentAgain() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String kept = parley.room(ana, ben);
    String lost = parley.room(ana, ben);
    try (Reader reader = new Reader(0, ben, kept, lost)) {
      reader.edge.set(2);
      reader.client.drop();
      await().atMost(PATIENCE).until(() -> !reader.client.connected());
      send(lost, ana, List.of("secret"));
      send(kept, ana, List.of("public"));
      parley.remove(lost, ben);
      reader.edge.set(1);
      reader.awaitConnects(2);
      reader.awaitHeard("public");
      assertEquals(List.of("public"), reader.heard);
      await()
          .atMost(PATIENCE)
          .until(() -> reader.told.stream().anyMatch(t -> t.startsWith("removed-from-room")));
    }
  }

  @Test
  void whoMissedTooMuchBeginsAnew() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (Reader reader = new Reader(0, ben, room)) {
      reader.edge.set(2);
      reader.client.drop();
      await().atMost(PATIENCE).until(() -> !reader.client.connected());
      send(room, ana, numbered("m", 0, 320));
      reader.edge.set(1);
      reader.awaitConnects(2);
      assertFalse(reader.connects.get(1));
      assertEquals(List.of(), reader.heard, "nothing half done");
      ObjectNode since = JsonNodeFactory.instance.objectNode().put("roomId", room).put("since", 2);
      JsonNode page = reader.client.ask("join-room", since).get(10, TimeUnit.SECONDS);
      assertTrue(page.path("more").booleanValue());
      since.put("since", page.path("nextSince").longValue());
      JsonNode rest = reader.client.ask("join-room", since).get(10, TimeUnit.SECONDS);
      assertFalse(rest.path("more").booleanValue());
      assertEquals(320, page.path("missed").size() + rest.path("missed").size());
    }
  }

  /// Its outbox is bounded, its connection is closed, everybody else goes on; and it comes back to
  /// everything.
  @Test
  void whoStopsReadingIsPutOutAndComesBackToEverything() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String cleo = parley.user("cleo");
    String room = parley.room(ana, ben, cleo);
    String long5000 = "€".repeat(4_990);
    try (Reader slow = new Reader(0, ben, room);
        Reader fast = new Reader(0, cleo, room)) {
      slow.client.stall(true);
      int sent = 0;
      while (parley.presence().getRoomUsers(asked(room)).getUserIdsList().contains(ben)) {
        assertTrue(sent < 4_000, "60 MB are waiting for a client that does not read");
        for (int i = 0; i < 50; i++) {
          parley.send(room, ana, sent + " " + long5000);
          sent++;
        }
        fast.awaitHeard(sent - 1 + " " + long5000);
      }
      slow.client.stall(false);
      slow.awaitConnects(2);
      assertFalse(slow.connects.get(1), "that was too much to be recovered");
      ObjectNode since = JsonNodeFactory.instance.objectNode().put("roomId", room);
      int had = slow.heard.size();
      long seq = 3 + had; // three members were added before the first message
      int missed = 0;
      for (boolean more = true; more; ) {
        JsonNode page =
            slow.client.ask("join-room", since.put("since", seq)).get(10, TimeUnit.SECONDS);
        more = page.path("more").booleanValue();
        missed += page.path("missed").size();
        seq = more ? page.path("nextSince").longValue() : seq;
      }
      assertEquals(sent, had + missed);
    }
  }

  private static GetRoomUsersRequest asked(String room) {
    return GetRoomUsersRequest.newBuilder().setRoomId(room).build();
  }

  @Test
  void aCoreNodeThatDiesOrStopsIsReplacedByTheOther() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    List<String> rooms = new ArrayList<>();
    for (int i = 0; i < 6; i++) { // some are served by either node
      rooms.add(parley.room(ana, ben));
    }
    try (ChatClient one = parley.connect(0, ana);
        ChatClient other = parley.connect(1, ben)) {
      for (String room : rooms) {
        one.join(room);
        other.join(room);
        one.send(room, "first");
      }
      LocalCluster cluster = parley.cluster;
      cluster.child("core-2").killAndHold();
      for (String room : rooms) {
        one.send(room, "with one dead");
      }
      cluster.child("core-2").release();
      await().atMost(PATIENCE).until(() -> answersAt(cluster.options().ports().core(1)));
      cluster.child("core").pause(true);
      try {
        for (String room : rooms) {
          JSONObject message = json("roomId", room, "content", "with one stopped");
          message.put("clientMessageId", "stopped " + room);
          await() // one that had been given to the stopped node may fail, and can be said again
              .atMost(PATIENCE)
              .until(() -> one.ask("send-message", message).getBoolean("ok"));
        }
      } finally {
        cluster.child("core").pause(false);
      }
      for (String room : rooms) {
        one.send(room, "with both");
      }
      for (ChatClient each : List.of(one, other)) {
        await().atMost(PATIENCE).until(() -> each.heard("message-received").size() >= 24);
        for (String room : rooms) {
          assertEquals(
              List.of("first", "with one dead", "with one stopped", "with both"),
              each.heard("message-received").stream()
                  .filter(m -> m.optString("roomId").equals(room))
                  .map(m -> m.optString("content"))
                  .toList());
        }
      }
    }
  }

  private static boolean answersAt(int port) {
    try (Socket probe = new Socket("127.0.0.1", port)) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// socket.io-client itself, with `retries` and `ackTimeout`, over a wire that loses every answer
  /// now and then: see `recovery.mjs`.
  @Test
  void theOfficialJavaScriptClientLosesAndRepeatsNothing() throws Exception {
    Path folder = JavaScript.folder();
    String ana = parley.user("ana");
    String room = parley.room(ana);
    List<String> urls = new ArrayList<>();
    List<Unreliable> wires = new ArrayList<>();
    try {
      for (int edge = 0; edge < 2; edge++) {
        Unreliable wire = new Unreliable(URI.create(parley.url(edge)));
        wires.add(wire);
        urls.add(wire.url());
      }
      Path output = folder.resolve("recovery.txt");
      Process node =
          new ProcessBuilder(
                  "node", "recovery.mjs", urls.get(0), urls.get(1), parley.token(ana), room)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      while (!node.waitFor(400, TimeUnit.MILLISECONDS)) {
        wires.forEach(Unreliable::loseAnswers);
      }
      String said = Files.readString(output);
      assertEquals(0, node.exitValue(), said);
      assertTrue(said.contains("all stored once"), said);
      var page =
          parley
              .messages()
              .readHistory(ReadHistoryRequest.newBuilder().setRoomId(room).setLimit(100).build());
      assertEquals(
          numbered("js", 0, 60), page.getMessagesList().stream().map(m -> m.getContent()).toList());
    } finally {
      wires.forEach(Unreliable::close);
    }
  }

  @Test
  void aGoodbyeIsFinal() throws Exception {
    String ben = parley.user("ben");
    String room = parley.room(ben);
    String pid;
    try (RawSocket first = RawSocket.open(parley, "")) {
      first.send("40{\"token\":\"" + parley.token(ben) + "\"}");
      first.awaitText("42[\"connected\"");
      String answer =
          first.texts.stream().filter(t -> t.startsWith("40")).findFirst().orElseThrow();
      pid = new JSONObject(answer.substring(2)).getString("pid");
      first.send("421[\"join-room\",\"" + room + "\"]");
      first.awaitText("431");
      first.send("41");
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (RawSocket second = RawSocket.open(parley, "")) {
                second.send("40{\"token\":\"" + parley.token(ben) + "\",\"pid\":\"" + pid + "\"}");
                second.awaitText("42[\"connected\"");
                return second.texts.stream().noneMatch(t -> t.contains(pid));
              }
            });
  }

  @Test
  void clientsThatOptOutOrCannotStripTheExtraArgumentGetNone() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    List<String> agents = new ArrayList<>(List.of("okhttp/3.12.12", "python-requests/2.32"));
    for (String agent : agents) {
      try (RawSocket socket = RawSocket.open(parley, "", "User-Agent", agent)) {
        expectPlain(socket, "", ben, ana, room);
      }
    }
    try (RawSocket socket = RawSocket.open(parley, "")) {
      expectPlain(socket, ",\"recovery\":false", ben, ana, room);
    }
    try (ChatClient official = parley.connect(0, ben)) {
      official.join(room);
      parley.send(room, ana, "plain");
      official.awaitEvent("message-received");
    }
  }

  private static void expectPlain(
      RawSocket socket, String more, String ben, String ana, String room) {
    socket.send("40{\"token\":\"" + parley.token(ben) + "\"" + more + "}");
    socket.awaitText("42[\"connected\"");
    assertFalse(socket.texts.stream().anyMatch(t -> t.contains("\"pid\"")), "no pid");
    socket.send("421[\"join-room\",\"" + room + "\"]");
    socket.awaitText("431");
    parley.send(room, ana, "plain");
    socket.awaitText("42[\"message-received\"");
    String event =
        socket.texts.stream()
            .filter(t -> t.startsWith("42[\"message-received\""))
            .findFirst()
            .orElseThrow();
    assertTrue(event.endsWith("}]"), event);
  }

  @Test
  void aTextInAPongIsNoOffset() throws Exception {
    String ben = parley.user("ben");
    try (RawSocket socket = RawSocket.connected(parley, ben)) {
      socket.send("42[\"ping\",\"text\"]");
      socket.awaitText("42[\"pong\",\"text\",{}]");
    }
    try (ChatClient official = parley.connect(0, ben)) {
      official.socket.emit("ping", json("n", 1));
      assertEquals(1, official.awaitEvent("pong").getInt("n"));
    }
  }
}
