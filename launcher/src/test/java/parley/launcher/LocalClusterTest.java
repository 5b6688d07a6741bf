package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.mongo.EmbeddedMongo;
import parley.process.WrongSettingException;

/// What a start that is refused leaves alone.
@Timeout(60)
class LocalClusterTest {

  @TempDir Path data;

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private Options fresh() {
    return Options.defaults().with("--data", data.toString()).with("--fresh", "on");
  }

  @Test
  void freshRemovesNothingWhenAPortIsTaken() throws Exception {
    Path kept = Files.writeString(Files.createDirectory(data.resolve("store")).resolve("x"), "x");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LocalCluster cluster =
            new LocalCluster(
                fresh()
                    .with("--edges", "1")
                    .with("--port", Integer.toString(taken.getLocalPort())))) {
      IOException refused = assertThrows(IOException.class, cluster::start);
      assertTrue(refused.getMessage().contains("is taken"), refused::getMessage);
    }
    assertEquals("x", Files.readString(kept));
  }

  @Test
  void freshRemovesNothingWhileAStoreRunsThere() throws Exception {
    try (EmbeddedMongo running = EmbeddedMongo.start(data.resolve("store"), 0, false);
        LocalCluster cluster =
            new LocalCluster(
                fresh()
                    .with("--edges", "1")
                    .with("--port", Integer.toString(freePort()))
                    .with("--internal-port", Integer.toString(freePort())))) {
      IOException refused = assertThrows(IOException.class, cluster::start);
      assertTrue(
          refused.getMessage().contains("is in use") || refused.getMessage().contains("is taken"),
          refused::getMessage);
      assertTrue(Files.exists(data.resolve("store").resolve("lock")));
      assertTrue(running.port() > 0);
    }
  }

  @Test
  void aServiceWhoseSettingsAreWrongEndsTheStartWithALine() throws Exception {
    try (LocalCluster cluster =
        new LocalCluster(
            Options.defaults()
                .with("--data", data.toString())
                .with("--redis", "redis://127.0.0.1:1")
                .with("--mongodb", "mongodb://127.0.0.1:1/parley")
                .with("--edges", "1")
                .with("--port", Integer.toString(freePort()))
                .with("--internal-port", Integer.toString(freePort()))
                .with("--set", "core.OPEN_USERS=perhaps"))) {
      WrongSettingException refused = assertThrows(WrongSettingException.class, cluster::start);
      assertTrue(
          refused
              .getMessage()
              .startsWith(
                  "core has a wrong setting and is not started again: core-service: OPEN_USERS"),
          refused::getMessage);
    }
  }

  @Test
  void oneJvmWithAWrongSettingEndsTheStartWithALine() throws Exception {
    try (LocalCluster cluster =
        new LocalCluster(
            Options.defaults()
                .with("--data", data.toString())
                .with("--one-jvm", "on")
                .with("--redis", "redis://127.0.0.1:1")
                .with("--mongodb", "mongodb://127.0.0.1:1/parley")
                .with("--edges", "1")
                .with("--port", Integer.toString(freePort()))
                .with("--internal-port", Integer.toString(freePort()))
                .with("--set", "core.OPEN_USERS=perhaps"))) {
      WrongSettingException refused = assertThrows(WrongSettingException.class, cluster::start);
      assertTrue(refused.getMessage().startsWith("OPEN_USERS"), refused::getMessage);
    }
  }

  @Test
  void freshRemovesWhatIsOursAndNothingElse() throws Exception {
    Path other = Files.writeString(data.resolve("letter.txt"), "mine");
    Path old = Files.writeString(Files.createDirectory(data.resolve("logs")).resolve("a"), "old");
    Folders.prepare(fresh());
    assertEquals("mine", Files.readString(other));
    assertTrue(Files.notExists(old));
    assertTrue(Files.isDirectory(data.resolve("run")));
  }
}
