package parley.embedded.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real redis-server 7.0, as a child process on 127.0.0.1 that ends when this JVM does, however
/// that ends. The binaries (Linux and macOS, amd64 and arm64) come out of a dependency's jar.
public final class EmbeddedRedis implements AutoCloseable {

  /// Runs its arguments, and ends them when standard input ends, which it does with this JVM.
  private static final String TIED_TO_PARENT =
      "exec 3<&0; \"$@\" </dev/null 3<&- & p=$!; { read _ <&3; kill $p; } & w=$!; wait $p; s=$?;"
          + " kill $w 2>/dev/null; exit $s";

  private static final int PORTS_TRIED = 5;

  private final Process process;
  private final int port;

  private EmbeddedRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts a server on a free port and waits until it answers, 10 s at most.
  ///
  /// @param folder for its log and its data; made when absent
  /// @param options further arguments of redis-server
  /// @throws IOException when it does not come up; the text holds the end of its log
  public static EmbeddedRedis start(Path folder, String... options) throws IOException {
    for (int attempt = 1; ; attempt++) { // redis-server cannot choose a port itself
      try {
        return start(folder, freePort(), options);
      } catch (IOException e) {
        if (attempt == PORTS_TRIED) {
          throw e;
        }
      }
    }
  }

  /// The same on a given port.
  public static EmbeddedRedis start(Path folder, int port, String... options) throws IOException {
    Files.createDirectories(folder);
    Path log = folder.resolve("redis.log");
    Process process =
        new ProcessBuilder(command(folder, port, options))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    EmbeddedRedis redis = new EmbeddedRedis(process, port);
    if (!redis.comesUp()) {
      redis.close();
      throw new IOException("redis-server did not start:\n" + Files.readString(log));
    }
    return redis;
  }

  private static List<String> command(Path folder, int port, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", TIED_TO_PARENT, "sh"));
    command.addAll(serverCommand(folder, port, options));
    return command;
  }

  /// The command line of a server, without the tie to this JVM.
  public static List<String> serverCommand(Path folder, int port, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                RedisBinary.path().toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--daemonize",
                "no"));
    command.addAll(Arrays.asList(options));
    return command;
  }

  /// A port that was free a moment ago.
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// `redis://127.0.0.1:PORT`.
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /// The port in use.
  public int port() {
    return port;
  }

  /// Kills the server at once, as a crash would (SIGKILL).
  public void kill() {
    process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
    await();
  }

  /// Ends the server; waits up to 5 s, then kills it.
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
    }
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean comesUp() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (process.isAlive() && System.nanoTime() < end) {
      if (answers()) {
        return true;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  /// Does it, and not another that has the port?
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      OutputStream out = socket.getOutputStream();
      out.write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return process
          .descendants()
          .anyMatch(child -> answer.contains("process_id:" + child.pid() + "\r\n"));
    } catch (IOException e) {
      return false;
    }
  }
}
