package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.api.ReadHistoryRequest;
import parley.system.support.Reader;
import redis.clients.jedis.RedisClient;

/// A client whose connection ends goes on where it was, on whatever edge: connection state recovery
/// as the unmodified official client does it.
@Timeout(180)
class RecoveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
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
    try (Reader reader = new Reader(parley, 0, ben, one, two)) {
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
      try (Reader reader = new Reader(parley, 0, ben, room)) {
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
    try (Reader reader = new Reader(parley, 1, ben, one, two)) {
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
      await().atMost(Duration.ofSeconds(40)).until(() -> parley.status(1, "/health/live") == 200);
    }
  }

  @Test
  void aRedisThatLostEverythingIsToldAgain() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (Reader reader = new Reader(parley, 1, ben, room)) {
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
    await().atMost(Duration.ofSeconds(40)).until(() -> parley.status(1, "/health/ready") == 200);
  }

  private static String runId(RedisClient redis) {
    return redis
        .info("server")
        .lines()
        .filter(l -> l.startsWith("run_id:"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingOfARoomThatOneMayNoLongerReadIsSentAgain() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String kept = parley.room(ana, ben);
    String lost = parley.room(ana, ben);
    try (Reader reader = new Reader(parley, 0, ben, kept, lost)) {
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
}
