package parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.json.JSONObject;

/// socket.io-client itself, in a process of Node that is told what to do: see `client.mjs`.
final class OfficialClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// An answer to CONNECT.
  ///
  /// @param id `socket.id`
  /// @param recovered `socket.recovered`
  record Connect(String id, boolean recovered) {}

  private final Process process;
  private final PrintStream orders;

  /// What it says.
  final List<String> lines = new CopyOnWriteArrayList<>();

  /// Begins to connect. Skips the test where Node or the package cannot be had.
  OfficialClient(String url, String token) throws Exception {
    Path folder = JavaScript.folder();
    process =
        new ProcessBuilder("node", "client.mjs", url, token)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    orders = new PrintStream(process.getOutputStream(), true, UTF_8);
    BufferedReader said = process.inputReader(UTF_8);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                said.lines().forEach(lines::add);
              } catch (UncheckedIOException ended) {
                // it is closed
              }
            });
  }

  /// Tells it something.
  void say(String order) {
    orders.println(order);
  }

  /// Its connections so far.
  List<Connect> connects() {
    return lines.stream()
        .filter(line -> line.startsWith("connect "))
        .map(line -> line.split(" "))
        .map(words -> new Connect(words[1], Boolean.parseBoolean(words[2])))
        .toList();
  }

  /// Waits for a connection.
  ///
  /// @param number 1 = the first
  Connect awaitConnect(int number) {
    await().atMost(PATIENCE).until(() -> connects().size() >= number);
    return connects().get(number - 1);
  }

  /// All events of a name so far, each with its first argument.
  List<JSONObject> events(String name) {
    String beginning = "event " + name + " ";
    return lines.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> new JSONObject(line.substring(beginning.length())))
        .toList();
  }

  /// Emits an event and waits for its answer.
  void done(String name, Object argument) {
    String answered = "ack " + name + " ";
    long before = count(answered);
    say("emit " + name + " " + JSONObject.valueToString(argument));
    await().atMost(PATIENCE).until(() -> count(answered) > before);
  }

  private long count(String beginning) {
    return lines.stream().filter(line -> line.startsWith(beginning)).count();
  }

  @Override
  public void close() throws IOException {
    orders.close();
    process.destroyForcibly();
  }
}
