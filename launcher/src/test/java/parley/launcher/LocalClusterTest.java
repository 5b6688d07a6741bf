package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.mongo.EmbeddedMongo;
import parley.process.WrongSettingException;

/// What a start that is refused leaves alone.
@Timeout(60)
class LocalClusterTest {

  @TempDir Path data;

  /// Ports in a row that nobody has, below those that the system gives to whoever asks for any.
  private static Options free(Options options) {
    while (true) {
      int first = ThreadLocalRandom.current().nextInt(20_000, 31_000);
      if (IntStream.range(first, first + 8).allMatch(LocalClusterTest::isFree)) {
        return options
            .with("--port", Integer.toString(first))
            .with("--internal-port", Integer.toString(first + 1));
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
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
        LocalCluster cluster = new LocalCluster(free(fresh().with("--edges", "1")))) {
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
            free(Options.defaults())
                .with("--data", data.toString())
                .with("--redis", "redis://127.0.0.1:1")
                .with("--mongodb", "mongodb://127.0.0.1:1/parley")
                .with("--edges", "1")
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
            free(Options.defaults())
                .with("--data", data.toString())
                .with("--one-jvm", "on")
                .with("--redis", "redis://127.0.0.1:1")
                .with("--mongodb", "mongodb://127.0.0.1:1/parley")
                .with("--edges", "1")
                .with("--set", "core.OPEN_USERS=perhaps"))) {
      WrongSettingException refused = assertThrows(WrongSettingException.class, cluster::start);
      assertTrue(refused.getMessage().startsWith("OPEN_USERS"), refused::getMessage);
    }
  }

  @Test
  void freshRemovesWhatIsOursAndNothingElse() throws Exception {
    DataFolder.open(fresh()).close();
    Path other = Files.writeString(data.resolve("letter.txt"), "mine");
    Path old = Files.writeString(data.resolve("logs").resolve("a"), "old");
    DataFolder.open(fresh()).close();
    assertEquals("mine", Files.readString(other));
    assertTrue(Files.notExists(old));
    assertTrue(Files.isDirectory(data.resolve("run")));
  }

  @Test
  void freshRemovesNothingOfAFolderThatNoParleyMade() throws Exception {
    Path other = Files.writeString(data.resolve("letter.txt"), "mine");
    Path old = Files.writeString(Files.createDirectory(data.resolve("logs")).resolve("a"), "old");
    IOException refused = assertThrows(IOException.class, () -> DataFolder.open(fresh()));
    assertTrue(refused.getMessage().contains("was not made by Parley"), refused::getMessage);
    assertEquals("mine", Files.readString(other));
    assertEquals("old", Files.readString(old));
  }

  @Test
  void aFolderIsOneParleysAtATimeAndSaysWhose() throws Exception {
    try (DataFolder first = DataFolder.open(fresh())) {
      IOException refused =
          assertThrows(
              IOException.class,
              () -> DataFolder.open(Options.defaults().with("--data", data.toString())));
      assertTrue(
          refused
              .getMessage()
              .contains("pid " + ProcessHandle.current().pid() + ", edges from port 3001"),
          refused::getMessage);
      assertThrows(IOException.class, () -> DataFolder.open(fresh()));
      assertTrue(Files.isDirectory(data.resolve("logs")), first::toString);
    }
    DataFolder.open(fresh()).close();
  }
}
