package parley.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One child process, started again when it dies. It ends with this JVM, however that ends: a shell
/// stands between, and ends it when its standard input, our pipe, does. It lets Ctrl-C, which a
/// terminal sends to everybody, to us alone, so that everything ends in order.
public final class Child implements AutoCloseable {

  private static final String TIED_TO_PARENT =
      "trap '' INT; exec 3<&0; \"$@\" </dev/null 3<&- & p=$!; echo $p > \"$PARLEY_PID_FILE\";"
          + " { read _ <&3; kill $p 2>/dev/null; sleep 5; kill -9 $p 2>/dev/null; } & w=$!;"
          + " wait $p; s=$?; kill $w 2>/dev/null; exit $s";
  private static final long RESTART_MILLIS = 500;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final Path pidFile;
  private volatile @Nullable Process process;
  private volatile boolean closed;
  private volatile boolean held;

  Child(
      String name, List<String> command, Map<String, String> environment, Path log, Path pidFile) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.log = log;
    this.pidFile = pidFile;
  }

  /// What it is called.
  public String name() {
    return name;
  }

  /// Process id of what it runs, without the shell between.
  ///
  /// @throws IOException when it has not run yet
  public long pid() throws IOException {
    return Long.parseLong(Files.readString(pidFile).strip());
  }

  /// Where it writes.
  public Path log() {
    return log;
  }

  void start() throws IOException {
    process = launch();
    Thread.ofVirtual().name("watch-" + name).start(this::watch);
  }

  /// Kills the process as a crash would (SIGKILL); it is started again by itself.
  public void kill() {
    Process known = process;
    if (known != null) {
      known.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  /// Kills the process, and does not start it again before {@link #release}.
  public void killAndHold() {
    held = true;
    kill();
  }

  /// Asks the process to end, as SIGTERM does; it is started again by itself.
  public void terminate() {
    Process known = process;
    if (known != null) {
      known.descendants().forEach(ProcessHandle::destroy);
    }
  }

  /// Starts the process again after {@link #killAndHold}.
  public void release() {
    held = false;
  }

  /// Stops the process, as SIGSTOP does, or lets it go on.
  ///
  /// @throws IOException when the signal cannot be sent
  public void pause(boolean paused) throws IOException, InterruptedException {
    Process known = process;
    if (known == null) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("kill", paused ? "-STOP" : "-CONT"));
    known.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  private Process launch() throws IOException {
    List<String> tied = new ArrayList<>(List.of("sh", "-c", TIED_TO_PARENT, "sh"));
    tied.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(tied).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("PARLEY_PID_FILE", pidFile.toString());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  private void watch() {
    try {
      while (!closed) {
        Process known = process;
        if (known == null) {
          return;
        }
        int status = known.waitFor();
        do {
          TimeUnit.MILLISECONDS.sleep(RESTART_MILLIS);
        } while (held && !closed);
        if (!closed) {
          System.out.printf("%s ended (%d); starting it again, log: %s%n", name, status, log);
          startAgain();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// When it cannot (no process or file to be had), it tries again: the one before has ended.
  private void startAgain() {
    try {
      process = launch();
    } catch (IOException e) {
      System.err.println(name + " cannot be started, trying again: " + e.getMessage());
    }
  }

  /// From now on its end is no surprise.
  void expectEnd() {
    closed = true;
  }

  /// Ends the process: SIGTERM, and after 5 s SIGKILL.
  @Override
  public void close() {
    closed = true;
    Process known = process;
    if (known == null) {
      return;
    }
    try {
      known.getOutputStream().close();
      if (!known.waitFor(8, TimeUnit.SECONDS)) {
        known.descendants().forEach(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      known.descendants().forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      known.descendants().forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}
