package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// `sioload`, an open-loop load generator in C: built from source with the machine's compiler, run
/// as a process, its report read.
final class Generator {

  /// Of the tokens that it signs, and every contender accepts.
  static final String SECRET = "bench-secret";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path BINARY = Path.of("bench/target/sioload");
  private static final Path SOURCE = Path.of("bench/sioload/sioload.c");
  private static final long LONGEST_SECONDS = 400;

  private Generator() {}

  /// Builds it when it is not there, or older than its source.
  ///
  /// @return false when there is no C compiler
  static boolean build() throws IOException, InterruptedException {
    if (Files.exists(BINARY)
        && Files.getLastModifiedTime(BINARY).compareTo(Files.getLastModifiedTime(SOURCE)) > 0) {
      return true;
    }
    Files.createDirectories(BINARY.getParent());
    try {
      int status =
          new ProcessBuilder("cc", "-O2", "-g", "-o", BINARY.toString(), SOURCE.toString(), "-lm")
              .inheritIO()
              .start()
              .waitFor();
      return status == 0;
    } catch (IOException noCompiler) {
      return false;
    }
  }

  /// A run under way.
  record Loading(Process process) {

    /// Waits for the end.
    ///
    /// @return its report
    /// @throws IOException when it failed, with its words
    JsonNode report() throws IOException, InterruptedException {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the generator did not end");
      }
      String last = out.isBlank() ? "" : out.strip().lines().reduce((a, b) -> b).orElse("");
      if (!last.startsWith("{")) {
        throw new IOException("the generator failed, " + process.exitValue() + ": " + out);
      }
      return JSON.readTree(last);
    }
  }

  /// Begins a run.
  ///
  /// @param flags of sioload
  static Loading start(Contender.Running server, List<String> flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(BINARY.toAbsolutePath().toString());
    command.addAll(List.of("--targets", server.targets(), "--secret", SECRET));
    command.addAll(List.of("--watch", watched(server.processes())));
    command.addAll(flags);
    return new Loading(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static String watched(Map<String, Long> processes) {
    return processes.entrySet().stream()
        .map(process -> process.getKey() + "=" + process.getValue())
        .collect(Collectors.joining(","));
  }
}
