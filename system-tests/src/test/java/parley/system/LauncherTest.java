package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.launcher.LauncherMain;
import parley.launcher.LocalCluster;
import parley.launcher.Options;

@Timeout(180)
class LauncherTest {

  @TempDir Path data;

  private static Process launch(Path log, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LauncherMain.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String run(Path log, String... arguments) throws Exception {
    Process process = launch(log, List.of(arguments));
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Test
  void everythingInOneJvmKeepsMessagesOverARestartAndNothingWhenFresh() throws Exception {
    Options options =
        Parley.options(data.resolve("d"))
            .with("--edges", "1")
            .with("--open", "on")
            .with("--one-jvm", "on");
    try (Parley first = Parley.start(data.resolve("d"), o -> options);
        ChatClient client = first.connect(0, "zoe")) {
      client.join("lounge");
      client.send("lounge", "remember me");
    }
    try (Parley second = Parley.start(data.resolve("d"), o -> options);
        ChatClient client = second.connect(0, "zoe")) {
      assertEquals(
          "remember me",
          client
              .done("get-recent-messages", "lounge")
              .getJSONArray("messages")
              .getJSONObject(0)
              .getString("content"));
    }
    Options fresh = options.with("--fresh", "on");
    try (Parley third = Parley.start(data.resolve("d"), o -> fresh);
        ChatClient client = third.connect(0, "zoe")) {
      assertEquals(
          0, client.done("get-recent-messages", "lounge").getJSONArray("messages").length());
    }
  }

  @Test
  void childrenEndWithALauncherThatIsKilled() throws Exception {
    Options options = Parley.options(data);
    Path log = data.resolve("launcher.log");
    Process launcher =
        launch(
            log,
            List.of(
                "--data",
                data.resolve("d").toString(),
                "--edges",
                "1",
                "--port",
                Integer.toString(options.ports().edge(0)),
                "--internal-port",
                Integer.toString(options.ports().core(0))));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(log).contains("Parley is ready"));
    List<ProcessHandle> children = launcher.descendants().toList();
    assertTrue(children.size() >= 5, () -> "children: " + children);
    launcher.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aTakenPortIsSaidInClearWords() throws Exception {
    Options options = Parley.options(data);
    try (ServerSocket taken = new ServerSocket(options.ports().edge(1));
        LocalCluster cluster = new LocalCluster(options)) {
      IOException failure = assertThrows(IOException.class, cluster::start);
      assertTrue(
          failure.getMessage().contains("port " + taken.getLocalPort() + " for edge 2"),
          failure::getMessage);
    }
  }

  @Test
  void wrongFlagsAreSaidInClearWords() throws Exception {
    Path log = data.resolve("log");
    assertTrue(run(log, "--colour", "red").contains("unknown flag --colour"));
    assertTrue(run(log, "--edges", "many").contains("--edges wants a number from 1 to 16"));
    assertTrue(run(log, "token").contains("token wants a user's name"));
    assertTrue(run(log, "--help").contains("usage: ./parley"));
    assertEquals(3, run(log, "token", "ana").trim().lines().toList().getLast().split("\\.").length);
  }
}
