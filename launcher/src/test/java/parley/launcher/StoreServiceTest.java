package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.mongo.EmbeddedMongo;

@Timeout(30)
class StoreServiceTest {

  @TempDir Path folder;

  @Test
  void aPortThatIsTakenIsSaidAndTheFolderIsFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      StoreService store = new StoreService(folder, port, false);
      assertEquals(
          "cannot listen on 127.0.0.1, port " + port + ": Address already in use",
          assertThrows(IOException.class, store::start).getMessage());
      assertFalse(store.serves());
      assertFalse(EmbeddedMongo.isInUse(folder));
    }
  }

  @Test
  void aFaultThatHasNothingToDoWithThePortIsNotReportedAsOne() {
    StoreService store = new StoreService(folder, 70_000, false);
    assertThrows(IllegalArgumentException.class, store::start);
  }
}
