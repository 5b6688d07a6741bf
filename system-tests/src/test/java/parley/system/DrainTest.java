package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.launcher.LauncherMain;
import parley.system.support.Reader;

/// An edge that is told to end, as in an update.
@Timeout(180)
class DrainTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
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
    try (Reader reader = new Reader(parley, 1, ben, one, two);
        Reader sender = new Reader(parley, 1, ana, one, two)) {
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
      LauncherMain.main(
          new String[] {"restart", "edge-2", "--data", parley.cluster.options().data().toString()});
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
      await().atMost(Duration.ofSeconds(40)).until(() -> parley.status(1, "/health/live") == 200);
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
    try (Reader reader = new Reader(parley, 1, ben, room)) {
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
      await()
          .atMost(PATIENCE)
          .until(() -> parley.status(1, "/socket.io/?EIO=4&transport=polling") == 503);
      assertEquals(503, parley.status(1, "/health/ready"));
      assertEquals(200, parley.status(1, "/health/live"));
    } finally {
      parley.cluster.child("core").pause(false);
      parley.cluster.child("core-2").pause(false);
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> parley.status(1, "/health/ready") == 200);
  }
}
