package parley.system.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What the operating system grants to a running process, taken away and given back: `prlimit` of
/// util-linux sets its soft limits.
final class Resources {

  private final long pid;

  Resources(long pid) {
    this.pid = pid;
  }

  /// Are there the means for this here?
  static boolean available() {
    return Files.isDirectory(Path.of("/proc/self/fd"))
        && Stream.of("/usr/bin/prlimit", "/bin/prlimit")
            .anyMatch(p -> Files.isExecutable(Path.of(p)));
  }

  /// It can open so many files or sockets more, and no further ones.
  void filesLeft(int count) throws IOException, InterruptedException {
    if (isGone()) {
      return; // its successor has what it needs
    }
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      set("--nofile=" + (open.count() + count) + ":");
    }
  }

  /// As many as the hard limit allows.
  void allFiles() throws IOException, InterruptedException {
    if (isGone()) {
      return; // and its limits with it
    }
    set("--nofile=" + hardLimitOfFiles() + ":");
  }

  private boolean isGone() {
    return !Files.exists(Path.of("/proc/" + pid + "/fd"));
  }

  private String hardLimitOfFiles() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split(" {2,}", -1)[2])
          .findFirst()
          .orElse("4096");
    }
  }

  /// No file can grow any more, or all can again: a disk that is full.
  void diskFull(boolean full) throws IOException, InterruptedException {
    set(full ? "--fsize=1:" : "--fsize=unlimited:");
  }

  private void set(String limit) throws IOException, InterruptedException {
    Process prlimit =
        new ProcessBuilder(List.of("prlimit", "--pid", Long.toString(pid), limit))
            .redirectErrorStream(true)
            .start();
    String said = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!prlimit.waitFor(5, TimeUnit.SECONDS) || prlimit.exitValue() != 0) {
      if (!isGone()) {
        throw new IOException("prlimit " + limit + ": " + said);
      }
    }
  }
}
