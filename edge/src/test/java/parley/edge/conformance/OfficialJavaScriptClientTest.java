package parley.edge.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The official JavaScript client, versions 4 and 2, where Node and its packages can be had;
/// elsewhere this is reported as skipped. What is checked is in `official-client.mjs`.
@Timeout(300)
class OfficialJavaScriptClientTest {

  private static final Path FOLDER = Path.of("target", "js");

  @Test
  void theOfficialJavaScriptClientBehavesAsWithTheReference() throws Exception {
    assumeTrue(succeeds(List.of("node", "--version")), "Node is not here");
    Files.createDirectories(FOLDER);
    assumeTrue(
        Files.exists(FOLDER.resolve("node_modules/socket.io-client-2"))
            || succeeds(
                List.of(
                    "npm",
                    "install",
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "socket.io-client@4",
                    "socket.io-client-2@npm:socket.io-client@2")),
        "the client cannot be installed");
    Files.copy(
        Path.of("src/test/resources/js/official-client.mjs"),
        FOLDER.resolve("official-client.mjs"),
        StandardCopyOption.REPLACE_EXISTING);
    try (ProtocolServer server = ProtocolServer.start(ProtocolServer::slow);
        ProtocolServer other =
            ProtocolServer.start(
                config -> ProtocolServer.slow(ProtocolServer.transports(config, true, true)))) {
      Path output = FOLDER.resolve("output.txt");
      Process node =
          new ProcessBuilder("node", "official-client.mjs", server.url(), other.url())
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = node.waitFor(240, TimeUnit.SECONDS);
      node.destroyForcibly();
      String said = Files.readString(output);
      assertTrue(ended, said);
      assertEquals(0, node.exitValue(), said);
      assertTrue(said.contains("all passed"), said);
    }
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Files.isDirectory(FOLDER) ? FOLDER.toFile() : null)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException notHere) {
      return false;
    }
  }
}
