package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Makes the {@link AotCache}: a Parley on free ports writes down what its processes learn under a
/// {@link TrainingLoad}; then the JVM makes a file of each record.
final class Training {

  private static final int TRIES = 5;
  private static final int LOWEST_PORT = 10_000;
  private static final int HIGHEST_PORT = 30_000;
  private static final long MOST_SECONDS = 120;
  private static final String RECORD = ".record";
  private static final String WORK = "training-";
  private static final Duration LONGEST = Duration.ofHours(1);

  private Training() {}

  /// Makes it, unless there is one. Takes 20 s more than the load.
  ///
  /// @param seconds of load: the more, the better the JVM knows what to compile
  /// @throws IOException with words, when it could not be made: everything works without it
  static void run(int seconds) throws IOException, InterruptedException {
    AotCache cache =
        AotCache.ofThisBuild()
            .orElseThrow(() -> new IOException("runs from class files: there is nothing to warm"));
    if (cache.exists()) {
      return;
    }
    removeBroken(cache.root());
    Path work = Files.createTempDirectory(cache.root(), WORK);
    try {
      Path records = Files.createDirectory(work.resolve("records"));
      for (int i = 1;
          !recorded(options(work.resolve("data"), records), seconds, i == TRIES);
          i++) {}
      Path made = Files.createDirectory(work.resolve("made"));
      make(records, made);
      cache.put(made);
    } finally {
      Folders.remove(work);
    }
  }

  /// What trainings left that were cut off.
  private static void removeBroken(Path root) throws IOException {
    Instant old = Instant.now().minus(LONGEST);
    try (Stream<Path> all = Files.list(root)) {
      for (Path left : all.filter(f -> f.toFile().getName().startsWith(WORK)).toList()) {
        if (Files.isDirectory(left) && Files.getLastModifiedTime(left).toInstant().isBefore(old)) {
          Folders.remove(left);
        }
      }
    }
  }

  /// @return false when a port is taken, most likely
  /// @throws IOException when it is the last try
  private static boolean recorded(Options options, int seconds, boolean last)
      throws IOException, InterruptedException {
    try (LocalCluster cluster = new LocalCluster(options)) {
      cluster.start();
      new TrainingLoad(options, seconds).run();
      return true;
    } catch (IOException e) {
      if (last) {
        throw e;
      }
      return false;
    }
  }

  private static Options options(Path data, Path records) {
    int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
    String record = records.resolve(JavaCommand.MAIN + RECORD).toString();
    return new Options(
        Map.of(
            "--data",
            data.toString(),
            "--edges",
            "1",
            "--port",
            Integer.toString(port),
            "--internal-port",
            Integer.toString(port + 1),
            "--open",
            "on",
            "--rate-limit",
            "off",
            "--jvm",
            "-XX:AOTMode=record -XX:AOTConfiguration=" + record));
  }

  private static void make(Path records, Path made) throws IOException, InterruptedException {
    List<Process> making = new ArrayList<>();
    try (Stream<Path> all = Files.list(records)) {
      for (Path record : all.toList()) {
        making.add(begin(record, made));
      }
      for (Process process : making) {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new IOException("the JVM could not make a cache");
        }
      }
    } finally {
      making.forEach(Process::destroyForcibly);
    }
  }

  private static Process begin(Path record, Path made) throws IOException {
    String main = record.toFile().getName().replace(RECORD, "");
    List<String> flags =
        List.of(
            "-XX:AOTMode=create",
            "-XX:AOTConfiguration=" + record,
            "-XX:AOTCache=" + made.resolve(AotCache.name(main)));
    return new ProcessBuilder(JavaCommand.of("512m", flags, main))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
