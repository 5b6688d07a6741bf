package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who is typing, over two edges.
@Timeout(120)
class TypingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Parley parley;
  private String ana;
  private String room;
  private ChatClient one;
  private ChatClient device;
  private ChatClient other;

  @BeforeEach
  void start() throws Exception {
    parley = Parley.shared();
    ana = parley.user("ana");
    String ben = parley.user("ben");
    room = parley.room(ana, ben);
    one = parley.connect(0, ana);
    device = parley.connect(1, ana);
    other = parley.connect(1, ben);
    one.join(room);
    device.join(room);
    other.join(room);
  }

  @AfterEach
  void close() {
    one.close();
    device.close();
    other.close();
  }

  private void awaitEvents(String event, int count) {
    await().atMost(PATIENCE).until(() -> other.heard(event).size() == count);
  }

  @Test
  void theOthersHearOfItOnceAndOfItsEnd() throws Exception {
    one.done("typing-start", room);
    awaitEvents("user-typing", 1);
    JSONObject typing = other.heard("user-typing").getFirst();
    assertEquals(room, typing.getString("roomId"));
    assertEquals(ana, typing.getString("userId"));
    assertEquals("ana", typing.getString("username"));
    for (int i = 0; i < 5; i++) {
      one.done("typing-start", room);
      device.done("typing-start", room);
    }
    one.done("typing-stop", room);
    awaitEvents("user-stopped-typing", 1);
    assertEquals(1, other.heard("user-typing").size(), "several devices are one typist");
    assertEquals(0, one.heard("user-typing").size());
    assertEquals(0, device.heard("user-typing").size(), "never to the typist");
  }

  @Test
  void itEndsByItself() throws Exception {
    long start = System.nanoTime();
    one.done("typing-start", room);
    awaitEvents("user-stopped-typing", 1);
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    assertTrue(seconds >= 4, () -> "after " + seconds + " s"); // late on a busy machine
  }

  @Test
  void aMessageEndsIt() throws Exception {
    one.done("typing-start", room);
    awaitEvents("user-typing", 1);
    one.send(room, "here it is");
    awaitEvents("user-stopped-typing", 1);
  }

  @Test
  void theEndOfTheConnectionEndsIt() throws Exception {
    one.done("typing-start", room);
    awaitEvents("user-typing", 1);
    one.close();
    await()
        .atMost(Duration.ofSeconds(4)) // before it would end by itself
        .until(() -> other.heard("user-stopped-typing").size() == 1);
  }

  @Test
  void oneMustBeInTheRoom() throws Exception {
    String foreign = parley.room(parley.user("cleo"));
    one.refused("ACCESS_DENIED", "typing-start", foreign);
    one.refused("INVALID_ROOM_ID", "typing-start", new JSONObject());
    one.refused("ACCESS_DENIED", "typing-stop", foreign);
  }
}
