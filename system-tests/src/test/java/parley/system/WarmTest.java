package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.launcher.Options;

/// What a training run teaches the JVM is used by every process of the same build, and by no other.
@Timeout(240)
class WarmTest {

  private static final Path BUILT = Path.of("../launcher/target");
  private static final Map<String, String> FILES =
      Map.of(
          "core", "CoreMain.aot",
          "presence", "PresenceMain.aot",
          "edge-1", "EdgeMain.aot",
          "store", "StoreMain.aot");

  @TempDir Path folder;
  private Path jar;

  @BeforeEach
  void copyTheBuild() throws IOException {
    assumeTrue(Files.exists(BUILT.resolve("parley-launcher.jar")), "nothing was packaged");
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc here");
    jar = folder.resolve("parley-launcher.jar");
    copy(BUILT.resolve("parley-launcher.jar"), jar);
    Files.createDirectory(folder.resolve("libs"));
    try (Stream<Path> libraries = Files.list(BUILT.resolve("libs"))) {
      for (Path library : libraries.toList()) {
        copy(library, folder.resolve("libs").resolve(library.getFileName()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private Process launch(Path log, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  @Test
  void aTrainedBuildIsUsedByEveryProcessAndNoOtherIs() throws Exception {
    Path log = folder.resolve("warm.log");
    Process training = launch(log, "warm", "3");
    assertTrue(training.waitFor(180, TimeUnit.SECONDS), "it did not end");
    assertEquals(0, training.exitValue(), () -> read(log));
    assertTrue(read(log).contains("Parley is warm."), () -> read(log));
    started(
        said -> {
          for (Map.Entry<String, String> file : FILES.entrySet()) {
            assertTrue(maps(file.getKey()).contains("/" + file.getValue()), file::toString);
          }
          assertTrue(!said.contains("./parley warm"), said);
        });

    Files.setLastModifiedTime(jar, java.nio.file.attribute.FileTime.fromMillis(1_000_000));
    started(
        said -> {
          FILES.keySet().forEach(node -> assertTrue(!maps(node).contains(".aot"), node));
          assertTrue(said.contains("./parley warm"), said);
        });
  }

  private interface Check {
    void of(String said);
  }

  private void started(Check check) throws Exception {
    Options options = Parley.options(folder);
    Path log = folder.resolve("launcher.log");
    Process launcher =
        launch(
            log,
            "--data",
            folder.resolve("d").toString(),
            "--edges",
            "1",
            "--port",
            Integer.toString(options.ports().edge(0)),
            "--internal-port",
            Integer.toString(options.ports().core(0)));
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> read(log).contains("Ctrl-C ends"));
      check.of(read(log));
    } finally {
      launcher.destroy();
      assertTrue(launcher.waitFor(30, TimeUnit.SECONDS), "it did not end");
    }
  }

  private String maps(String node) {
    String pid = read(folder.resolve("d/run/" + node + ".pid")).strip();
    return read(Path.of("/proc", pid, "maps"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
