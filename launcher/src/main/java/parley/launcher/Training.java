package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /// The JVM fails at it now and then, and is asked a second time.
  private static void make(Path records, Path made) throws IOException, InterruptedException {
    Map<Path, Process> making = new LinkedHashMap<>();
    try {
      for (Path record : all(records)) {
        making.put(record, begin(record, made));
      }
      for (Path record : all(records)) {
        if (!succeeded(making.get(record))) {
          making.put(record, begin(record, made));
          if (!succeeded(making.get(record))) {
            throw new IOException("the JVM could not make a cache: " + said(record));
          }
        }
      }
    } finally {
      making.values().forEach(Process::destroyForcibly);
    }
  }

  private static List<Path> all(Path records) throws IOException {
    try (Stream<Path> files = Files.list(records)) {
      return files.filter(file -> file.toString().endsWith(RECORD)).toList();
    }
  }

  private static boolean succeeded(@Nullable Process process) throws InterruptedException {
    return process != null
        && process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)
        && process.exitValue() == 0;
  }

  private static Path output(Path record) {
    return record.resolveSibling(record.getFileName() + ".log");
  }

  private static String said(Path record) throws IOException {
    String said = Files.readString(output(record)).strip();
    return said.substring(Math.max(0, said.length() - 500));
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
        .redirectOutput(output(record).toFile())
        .start();
  }
}
