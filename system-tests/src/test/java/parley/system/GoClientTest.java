package parley.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The Go client of zishang520, over both transports, WebSocket alone and polling alone, where Go
/// and the module can be had; elsewhere this is reported as skipped. What is checked is in
/// `main.go`: among it that a refusal has words, which this client shows only beside `data`.
@Timeout(600)
class GoClientTest {

  private static final String CLIENT = "github.com/zishang520/socket.io/clients/socket/v3@v3.0.6";

  @TempDir Path data;

  @Test
  void everyWayOfConnectingWorksAndComesBack() throws Exception {
    OtherLanguage go = new OtherLanguage(Path.of("target", "go"));
    Files.copy(
        Path.of("src/test/resources/go/main.go"),
        go.folder().resolve("main.go"),
        StandardCopyOption.REPLACE_EXISTING);
    if (!Files.exists(go.folder().resolve("go.mod"))) {
      go.needs("Go is not here", "go", "mod", "init", "parley.test/client");
    }
    go.needs("the client cannot be had", "go", "get", CLIENT);
    go.needs("its modules cannot be had", "go", "mod", "tidy");
    go.needs("it cannot be built", "go", "build", "-o", "client", ".");
    go.tries(List.of("./client"), List.of("both", "websocket", "polling"), data);
  }
}
