package parley.edge.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.edge.recovery.Offset;
import parley.edge.recovery.SavedConnections;
import parley.embedded.redis.EmbeddedRedis;
import parley.proto.recovery.SavedConnection;

/// A connection on the wire, saved in a real Redis.
@Timeout(60)
class SavingTest {

  @Test
  void aRoomThatCouldNotBeSavedIsSavedWhenItsClientGivesASign(@TempDir Path folder)
      throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, "--save", "");
        WireEdge edge = new WireEdge(Duration.ofMillis(10), redis.port())) {
      WireClient ana = edge.arriving("ana", "\"recovery\":true,");
      ana.awaitHeard("42[\"connected\"");
      ana.join("r");
      String pid = ana.value("pid");
      SavedConnections store = edge.recoveries.store();
      edge.publish(edge.log.message("r", "one"));
      await().until(() -> ana.heardOf("one")); // all of the joining is behind
      store.forget(pid); // whoever waited hears that it is not saved
      assertEquals(Offset.NONE, ana.offset("one").watermark());
      store.start(edge.recoveries);
      store.save("another", SavedConnection::getDefaultInstance);
      await().until(() -> store.find("another") != null);
      assertNull(store.find(pid));
      edge.sessionOf("ana").ponged();
      await().until(() -> store.find(pid) != null);
      assertEquals("r", store.find(pid).getRooms(0).getRoomId());
      edge.publish(edge.log.message("r", "two"));
      await().until(() -> ana.heardOf("two"));
      assertTrue(ana.offset("two").watermark() >= 0);
    }
  }
}
