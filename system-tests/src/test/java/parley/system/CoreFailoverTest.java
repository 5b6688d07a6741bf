package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static parley.system.ChatClient.json;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.launcher.LocalCluster;

/// A core node that dies or stands still.
@Timeout(180)
class CoreFailoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
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
}
