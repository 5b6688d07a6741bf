package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whom a restart ends.
@Timeout(60)
class PidsTest {

  @TempDir Path folder;

  private Options options() {
    return Options.parse(List.of("--data", folder.toString()));
  }

  private Process running(Path file) throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Files.writeString(file, process.pid() + "\n");
    return process;
  }

  private Path file() throws Exception {
    Files.createDirectories(Pids.folder(options()));
    return Pids.file(options(), "core");
  }

  @Test
  void aNodeIsEndedAndItsSuccessorAwaited() throws Exception {
    Path file = file();
    Process node = running(file);
    CompletableFuture<Process> successor =
        node.onExit()
            .thenApply(
                ended -> {
                  try {
                    return running(file);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    Pids.restart(options(), "core");
    assertTrue(successor.join().isAlive());
    successor.join().destroy();
  }

  /// The launcher has ended, and the system gave the number to another process since.
  @Test
  void whoHasTheNumberOfANodeThatIsNoMoreIsLeftAlone() throws Exception {
    Path file = file();
    Process stranger = running(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    try {
      assertThrows(IllegalArgumentException.class, () -> Pids.restart(options(), "core"));
      assertTrue(stranger.isAlive());
    } finally {
      stranger.destroy();
    }
  }
}
