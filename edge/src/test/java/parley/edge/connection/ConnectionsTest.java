package parley.edge.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConnectionsTest {

  @Test
  void connectionsLeaveFilesForEverythingElse() {
    assertEquals(260 - 100 - 64, new OpenFiles(260, 100).connections());
    assertEquals(10_000 - 100 - 1_000, new OpenFiles(10_000, 100).connections());
    assertEquals(1_000_000 - 100 - 1_024, new OpenFiles(1_000_000, 100).connections());
    assertEquals(1, new OpenFiles(100, 100).connections());
  }

  @Test
  void theLimitOfFilesIsKnown() {
    OpenFiles files = OpenFiles.now();
    assertTrue(files.open() > 0 && files.open() < files.most(), files::toString);
  }
}
