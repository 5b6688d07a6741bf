package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The process ids of what the launcher runs, in files of its data folder: so that another command
/// can restart a node.
final class Pids {

  private static final long PATIENCE_SECONDS = 60;

  /// The system tells no more exactly when a process started.
  private static final Duration CLOCK_STEPS = Duration.ofSeconds(2);

  private Pids() {}

  static Path folder(Options options) {
    return options.data().resolve("run").toAbsolutePath();
  }

  static Path file(Options options, String node) {
    return folder(options).resolve(node + ".pid");
  }

  /// Asks a node to end, and waits until its successor runs. The launcher that started it starts it
  /// again.
  ///
  /// @throws IllegalArgumentException when no such node runs
  static void restart(Options options, String node) throws IOException, InterruptedException {
    Path file = file(options, node);
    ProcessHandle process =
        handle(file)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no node " + node + " runs with the data folder " + options.data()));
    process.destroy();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (handle(file).filter(now -> now.pid() != process.pid()).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IOException(node + " was not started again within " + PATIENCE_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static Optional<ProcessHandle> handle(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file).strip();
    Instant written = Files.getLastModifiedTime(file).toInstant();
    return text.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(Long.parseLong(text))
            .filter(ProcessHandle::isAlive)
            .filter(process -> isNoYounger(process, written));
  }

  /// The file outlives a launcher that was killed, and the system gives the number to others.
  private static boolean isNoYounger(ProcessHandle process, Instant written) {
    return process
        .info()
        .startInstant()
        .filter(started -> started.isBefore(written.plus(CLOCK_STEPS)))
        .isPresent();
  }
}
