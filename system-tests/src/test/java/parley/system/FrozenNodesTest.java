package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that stands still (SIGSTOP) keeps its connections, and takes new ones: only what it
/// does not say gives it away.
@Timeout(180)
class FrozenNodesTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley =
        Parley.start(
            data,
            options ->
                options
                    .with("--edges", "1")
                    .with("--cores", "2")
                    .with("--presences", "2")
                    .with("--rate-limit", "off"));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
  }

  @AfterEach
  void goOn() throws Exception {
    for (String node : List.of("core", "core-2", "presence", "presence-2")) {
      parley.cluster.child(node).pause(false);
    }
    await().atMost(SOON).until(() -> ready("?strict=true").getString("status").equals("UP"));
  }

  private static JSONObject ready() throws Exception {
    return ready("");
  }

  private static JSONObject ready(String query) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(parley.url(0) + "/health/ready" + query)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return new JSONObject(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  @Test
  void aFrozenCoreIsLeftBeforeARequestHasWaitedTooLong() throws Exception {
    String ana = parley.user("ana");
    List<String> rooms = new ArrayList<>();
    try (ChatClient client = parley.connect(0, ana)) {
      for (int i = 0; i < 8; i++) {
        String room = parley.room(ana); // about half of them are served by each node
        client.join(room);
        rooms.add(room);
      }
      parley.cluster.child("core-2").pause(true);
      for (String room : rooms) {
        client.send(room, "while one of two nodes stands still"); // fails after 5 s
      }
      assertTrue(ready().getBoolean("core"));
      parley.cluster.child("core").pause(true);
      await().atMost(SOON).until(() -> !ready().getBoolean("core"));
      parley.cluster.child("core").pause(false);
      await().atMost(SOON).until(() -> ready().getBoolean("core"));
      client.send(rooms.getFirst(), "afterwards");
      await().atMost(SOON).until(() -> client.contents().size() == rooms.size() + 1);
    }
  }

  @Test
  void aFrozenPresenceIsLeftForTheOther() throws Exception {
    String ana = parley.user("ana");
    String ben = parley.user("ben");
    String room = parley.room(ana, ben);
    try (ChatClient watcher = parley.connect(0, ben)) {
      watcher.join(room);
      for (String frozen : List.of("presence", "presence-2")) {
        parley.cluster.child(frozen).pause(true);
        try (ChatClient client = parley.connect(0, ana)) {
          await().atMost(SOON).until(() -> client.ask("update-presence", "busy").getBoolean("ok"));
          client.done("update-presence", "online");
        }
        parley.cluster.child(frozen).pause(false);
      }
      parley.cluster.child("presence").pause(true);
      parley.cluster.child("presence-2").pause(true);
      await().atMost(SOON).until(() -> !ready().getBoolean("presence"));
      assertEquals("UP", ready().getString("status"), "messages go on");
      assertEquals("DOWN", ready("?strict=true").getString("status"));
    }
  }
}
