package parley.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.presence.GetRoomUsersRequest;
import parley.system.support.Reader;

/// A client that does not read.
@Timeout(180)
class SlowReaderTest {

  private static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.recovering();
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
    try (Reader slow = new Reader(parley, 0, ben, room);
        Reader fast = new Reader(parley, 0, cleo, room)) {
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
}
