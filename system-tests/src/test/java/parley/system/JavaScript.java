package parley.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The official JavaScript client, where Node and its package can be had; elsewhere tests that need
/// it are reported as skipped.
final class JavaScript {

  private static final Path FOLDER = Path.of("target", "js");
  private static final List<String> SCRIPTS = List.of("recovery.mjs", "client.mjs");

  private JavaScript() {}

  /// A folder with the client and the scripts of these tests.
  static Path folder() throws Exception {
    assumeTrue(succeeds(List.of("node", "--version")), "Node is not here");
    Files.createDirectories(FOLDER);
    assumeTrue(
        Files.exists(FOLDER.resolve("node_modules/socket.io-client"))
            || succeeds(
                List.of(
                    "npm",
                    "install",
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "socket.io-client@4")),
        "the client cannot be installed");
    for (String script : SCRIPTS) {
      Files.copy(
          Path.of("src/test/resources/js").resolve(script),
          FOLDER.resolve(script),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return FOLDER;
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
