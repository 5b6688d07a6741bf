package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.launcher.LauncherMain;
import parley.launcher.Options;

/// A program in another language that tries a client of that language, where what it needs can be
/// had. It gets an edge's address, a room, and a token for each way of connecting; it says
/// `waiting` when all are connected, and ends with 0 when every case was well.
///
/// @param folder of its files
record OtherLanguage(Path folder) {

  private static final int INSTALLING_SECONDS = 180;
  private static final Duration CONNECTING = Duration.ofSeconds(200);
  private static final int COMING_BACK_SECONDS = 150;

  OtherLanguage {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Prepares the program; where that fails the test is skipped.
  void needs(String words, String... command) throws InterruptedException {
    assumeTrue(succeeds(List.of(command)), words);
  }

  private boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process = start(command, folder.resolve("install.txt"));
      boolean ended = process.waitFor(INSTALLING_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException notHere) {
      return false;
    }
  }

  private Process start(List<String> command, Path output) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /// Runs the program against a Parley of one edge, which is restarted under it.
  ///
  /// @param ways of connecting, each with a user of its own
  void tries(List<String> program, List<String> ways, Path data) throws Exception {
    try (Parley parley = Parley.start(data, OtherLanguage::oneEdge)) {
      List<String> users = ways.stream().map(way -> parley.user(way)).toList();
      List<String> command = new ArrayList<>(program);
      command.addAll(List.of(parley.url(0), parley.room(users.toArray(String[]::new))));
      for (int i = 0; i < ways.size(); i++) {
        command.add(ways.get(i) + "=" + parley.token(users.get(i)));
      }
      Path output = folder.toAbsolutePath().resolve("clients.txt");
      Process clients = start(command, output);
      try {
        await()
            .atMost(CONNECTING)
            .until(() -> read(output).contains("waiting") || !clients.isAlive());
        if (clients.isAlive()) {
          LauncherMain.main(
              new String[] {
                "restart", "edge-1", "--data", parley.cluster.options().data().toString()
              });
        }
        boolean ended = clients.waitFor(COMING_BACK_SECONDS, TimeUnit.SECONDS);
        assertTrue(ended, () -> read(output));
        assertEquals(0, clients.exitValue(), () -> read(output));
        for (String way : ways) {
          assertTrue(read(output).contains(way + " joins again ok"), () -> read(output));
        }
      } finally {
        clients.destroyForcibly();
      }
    }
  }

  private static Options oneEdge(Options options) {
    return options.with("--edges", "1").with("--rate-limit", "off");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
