package parley.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.process.Backoff;
import parley.process.ServiceProcess;
import parley.process.Worker;

/// One child process, started again when it dies: after half a second, and later from time to time
/// when it dies again and again, but not when its settings are wrong. It ends with this JVM,
/// however that ends: a shell stands between, and ends it when its standard input, our pipe, does.
/// It lets Ctrl-C, which a terminal sends to everybody, to us alone, so that everything ends in
/// order.
public final class Child implements AutoCloseable {

  private static final String TIED_TO_PARENT =
      "trap '' INT; exec 3<&0; \"$@\" </dev/null 3<&- & p=$!; echo $p > \"$PARLEY_PID_FILE\";"
          + " { read _ <&3; kill $p 2>/dev/null; sleep 5; kill -9 $p 2>/dev/null; } & w=$!;"
          + " wait $p; s=$?; kill $w 2>/dev/null; exit $s";
  private static final Duration FIRST_RESTART = Duration.ofMillis(500);
  private static final Duration LAST_RESTART = Duration.ofSeconds(8);

  /// Who lived so long died of something new.
  private static final long LIVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// While everything starts, who ended so often at once will not stay.
  private static final int MOST_ENDS = 3;

  private static final long HELD_MILLIS = 100;
  private static final long LAST_WORDS_BYTES = 4_096;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final Path pidFile;
  private volatile @Nullable Process process;
  private volatile boolean closed;
  private volatile boolean held;
  private final Owner owner;
  private int ends; // at once, in a row; the watcher's
  private final Backoff restarts = new Backoff(FIRST_RESTART, LAST_RESTART);
  private final Worker watcher;
  private volatile long startedAt;

  /// Who started it.
  interface Owner {

    /// Is everything still on its way up?
    boolean isStarting();

    /// It is not started again.
    ///
    /// @param wrongSetting that is why
    void givenUp(String words, boolean wrongSetting);
  }

  Child(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Path pidFile,
      Owner owner) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.log = log;
    this.pidFile = pidFile;
    this.owner = owner;
    this.watcher = Worker.thread("watch-" + name, this::watch);
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
    launch();
    watcher.start();
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

  private void launch() throws IOException {
    List<String> tied = new ArrayList<>(List.of("sh", "-c", TIED_TO_PARENT, "sh"));
    tied.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(tied).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("PARLEY_PID_FILE", pidFile.toString());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
    startedAt = System.nanoTime();
  }

  /// True when it is not started again, whatever happens.
  boolean isGivenUp() {
    return !watcher.alive();
  }

  /// From one end of the process to the next start of it.
  private void watch() throws InterruptedException {
    Process known = process;
    if (known == null) {
      return;
    }
    int status = known.waitFor();
    if (!closed && status == ServiceProcess.WRONG_SETTINGS) {
      giveUp(" has a wrong setting and is not started again: ", true);
      return;
    }
    boolean lived = System.nanoTime() - startedAt > LIVED_NANOS;
    ends = lived ? 0 : ends + 1;
    if (lived) {
      restarts.reset();
    }
    if (!closed && ends >= MOST_ENDS && owner.isStarting()) {
      giveUp(" ended at once, " + ends + " times, last with status " + status + ": ", false);
      return;
    }
    TimeUnit.MILLISECONDS.sleep(restarts.next().toMillis());
    while (held && !closed) {
      TimeUnit.MILLISECONDS.sleep(HELD_MILLIS);
    }
    if (!closed) {
      System.out.printf("%s ended (%d); starting it again, log: %s%n", name, status, log);
      startAgain();
    }
  }

  private void giveUp(String why, boolean wrongSetting) {
    watcher.close();
    owner.givenUp(name + why + lastWords(), wrongSetting);
  }

  /// The last line of the log, or where that is.
  private String lastWords() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(file.length(), LAST_WORDS_BYTES)];
      file.seek(file.length() - tail.length);
      file.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8).strip();
      return text.substring(text.lastIndexOf('\n') + 1);
    } catch (IOException e) {
      return "see " + log;
    }
  }

  /// When it cannot (no process or file to be had), it tries again: the one before has ended.
  private void startAgain() {
    try {
      launch();
    } catch (IOException e) {
      System.err.println(name + " cannot be started, trying again: " + e.getMessage());
    }
  }

  /// From now on its end is no surprise.
  void expectEnd() {
    closed = true;
  }

  /// Ends the process: SIGTERM, and after 8 s SIGKILL. A JVM that is to write down what it learned
  /// has a minute for that.
  @Override
  public void close() {
    closed = true;
    watcher.close();
    Process known = process;
    if (known == null) {
      return;
    }
    try {
      known.getOutputStream().close();
      if (!known.waitFor(patienceSeconds(), TimeUnit.SECONDS)) {
        known.descendants().forEach(ProcessHandle::destroyForcibly);
      }
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      known.descendants().forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      known.descendants().forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }

  private long patienceSeconds() {
    return command.stream().anyMatch(word -> word.startsWith("-XX:AOTMode=record")) ? 60 : 8;
  }
}
