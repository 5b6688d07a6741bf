package parley.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// python-socketio, blocking and asynchronous, over both transports, WebSocket alone and polling
/// alone, where Python and its packages can be had; elsewhere this is reported as skipped. What is
/// checked is in `client.py`: its handlers take one argument, so that an offset would break them,
/// and after its edge was restarted every client comes back by itself.
@Timeout(600)
class PythonClientTest {

  private static final String CLIENT = "python-socketio[client]==5.18.1";
  private static final String ASYNCHRONOUS = "aiohttp==3.12.15";

  @TempDir Path data;

  @Test
  void everyWayOfConnectingWorksAndComesBack() throws Exception {
    OtherLanguage python = new OtherLanguage(Path.of("target", "py"));
    Path done = python.folder().resolve("installed.txt");
    String wanted = CLIENT + " " + ASYNCHRONOUS;
    if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
      python.needs("Python is not here", "python3", "-m", "venv", "env");
      python.needs(
          "the client cannot be installed",
          "env/bin/python",
          "-m",
          "pip",
          "install",
          "--quiet",
          CLIENT,
          ASYNCHRONOUS);
      Files.writeString(done, wanted);
    }
    List<String> ways =
        Stream.of("sync", "async")
            .flatMap(kind -> Stream.of("both", "websocket", "polling").map(way -> kind + "-" + way))
            .toList();
    Path program = Path.of("src/test/resources/py/client.py").toAbsolutePath();
    python.tries(List.of("env/bin/python", program.toString()), ways, data);
  }
}
