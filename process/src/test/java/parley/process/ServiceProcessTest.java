package parley.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes: how they end, and what they say then.
@Timeout(60)
class ServiceProcessTest {

  /// A service that does what its first argument says.
  public static final class Subject implements Service {
    private final String what;
    private final List<byte[]> held = new ArrayList<>();
    private final Thread main = Thread.currentThread();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean left;

    Subject(String what) {
      this.what = what;
    }

    public static void main(String[] args) {
      ServiceProcess.run(
          "subject",
          settings -> {
            settings.number("SOCKET_PORT", 1, 0, 65_535);
            return new Subject(args[0]);
          });
    }

    @Override
    public void start() throws IOException, InterruptedException {
      // what keeps today's processes alive when they should end
      Thread.ofPlatform().start(() -> sleep());
      switch (what) {
        case "taken" ->
            throw new ListenAddress("127.0.0.1", 7)
                .refused(new RuntimeException(new BindException("Address already in use")));
        case "mistaken" -> throw new WrongSettingException("REDIS_URL names no Redis");
        case "error" ->
            Thread.ofVirtual()
                .start(
                    () -> {
                      throw new NoClassDefFoundError("said by a test");
                    });
        case "worker" ->
            Worker.thread(
                    "erring",
                    () -> {
                      throw new StackOverflowError("said by a test");
                    })
                .start();
        case "exception" ->
            Thread.ofPlatform()
                .start(
                    () -> {
                      throw new IllegalStateException("said by a test");
                    });
        case "memory" -> Thread.ofVirtual().start(this::swallow);
        case "waiting" -> awaitItsEnd();
        case "faulty" -> throw new IllegalStateException("said by a test");
        default -> {}
      }
      System.out.println("started");
    }

    /// As what waits for its store and finds all closed when it goes on.
    private void awaitItsEnd() throws InterruptedException {
      System.out.println("waits");
      closing.await();
      left = true;
      throw new IllegalStateException("Shutting down");
    }

    /// Until who failed to start meanwhile has nothing more to say.
    private void awaitMain() {
      while (!left || main.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }

    /// As a library may.
    private void swallow() {
      try {
        while (true) {
          held.add(new byte[8 << 20]);
        }
      } catch (Throwable e) {
        sleep();
      }
    }

    private static void sleep() {
      try {
        TimeUnit.HOURS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean serves() {
      return !what.equals("unheard");
    }

    @Override
    public void close() {
      closing.countDown();
      if (what.equals("waiting")) {
        awaitMain();
      }
      System.out.println("closed");
    }
  }

  @TempDir Path folder;

  private record Ended(int status, String said) {}

  private Process start(String what, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx48m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            Subject.class.getName(),
            what);
    builder.directory(folder.toFile());
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile())
        .start();
  }

  private Ended run(String what, Map<String, String> environment) throws Exception {
    Process process = start(what, environment);
    try {
      assertTrue(process.waitFor(40, TimeUnit.SECONDS), "it did not end");
      return new Ended(process.exitValue(), said());
    } finally {
      process.destroyForcibly();
    }
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
  }

  @Test
  void aPortThatIsTakenEndsItWithWords() throws Exception {
    Ended ended = run("taken", Map.of());
    assertEquals(
        "subject: cannot listen on 127.0.0.1, port 7: Address already in use", ended.said.strip());
    assertEquals(ServiceProcess.FAILED, ended.status);
  }

  @Test
  void aWrongSettingEndsItWithALine() throws Exception {
    Ended ended = run("", Map.of("SOCKET_PORT", "abc"));
    assertEquals(
        "subject: SOCKET_PORT must be a number from 0 to 65535, not `abc`", ended.said.strip());
    assertEquals(ServiceProcess.WRONG_SETTINGS, ended.status);
  }

  @Test
  void aSettingThatTurnsOutToBeWrongAtTheStartEndsItWithALine() throws Exception {
    Ended ended = run("mistaken", Map.of());
    assertEquals("subject: REDIS_URL names no Redis", ended.said.strip());
    assertEquals(ServiceProcess.WRONG_SETTINGS, ended.status);
  }

  @Test
  void aMisspeltKeyEndsItWithALine() throws Exception {
    Files.writeString(folder.resolve("parley.yaml"), "socket.prot: 1\n");
    Ended ended = run("", Map.of());
    assertEquals(
        "subject: parley.yaml: there is no setting socket.prot; did you mean socket.port?",
        ended.said.strip());
    assertEquals(ServiceProcess.WRONG_SETTINGS, ended.status);
  }

  @Test
  void aListenerThatEndsEndsItInOrder() throws Exception {
    Ended ended = run("unheard", Map.of());
    assertTrue(ended.said.contains("subject: no longer serves"), ended.said);
    assertTrue(ended.said.contains("closed"), ended.said);
    assertEquals(ServiceProcess.FAILED, ended.status);
  }

  @Test
  void anErrorInAnyThreadEndsIt() throws Exception {
    assertEquals(ServiceProcess.FATAL, run("error", Map.of()).status);
    assertEquals(ServiceProcess.FATAL, run("worker", Map.of()).status);
  }

  @Test
  void aFaultAtTheStartEndsIt() throws Exception {
    assertEquals(ServiceProcess.FATAL, run("faulty", Map.of()).status);
  }

  @Test
  void whoIsEndedBeforeItServesEndsInOrder() throws Exception {
    Process process = start("waiting", Map.of());
    try {
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(40))
          .until(() -> said().contains("waits"));
      process.destroy();
      assertTrue(process.waitFor(40, TimeUnit.SECONDS), "it did not end");
      assertEquals(143, process.exitValue(), said());
      assertTrue(said().contains("closed"), said());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void memoryThatRunsOutEndsItThoughALibrarySwallowsTheError() throws Exception {
    assertEquals(3, run("memory", Map.of()).status);
  }

  @Test
  void anExceptionInAThreadDoesNotEndItAndSigtermDoesInOrder() throws Exception {
    Process process = start("exception", Map.of());
    try {
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(40))
          .until(() -> said().contains("said by a test") && said().contains("started"));
      assertTrue(process.isAlive());
      process.destroy();
      assertTrue(process.waitFor(40, TimeUnit.SECONDS), "it did not end");
      assertEquals(143, process.exitValue());
      assertTrue(said().contains("closed"), said());
    } finally {
      process.destroyForcibly();
    }
  }
}
