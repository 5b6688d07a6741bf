package parley.bench;

import static parley.bench.Step.flags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether anything grows: Parley with two edges under chat, while people come and go, for as long
/// as one likes. Every round says what each process takes: its resident memory, and what of a JVM's
/// heap is alive after a full collection, which alone tells growth from garbage.
final class Soak {

  private static final int ROUND_SECONDS = 60;
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private Soak() {}

  /// Prints a table as it goes; blocks for the whole time.
  ///
  /// @param out where the table is written to as well
  /// @throws IOException when something fails, or is lost
  static void run(int minutes, Path out) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("parley-soak-");
    StringBuilder table = new StringBuilder();
    try (Contender.Running server = new ParleyContender("parley", 2, "").start(folder, false)) {
      for (int round = 0; round <= minutes; round++) {
        Map<String, String> row = sizes(server);
        if (round == 0) {
          table.append("| minute | ").append(String.join(" | ", row.keySet())).append(" |\n|---:");
          table.append("|---:".repeat(row.size())).append("|\n");
        }
        String line = "| " + round + " | " + String.join(" | ", row.values()) + " |\n";
        System.out.print(line);
        Files.writeString(out, table.append(line));
        if (round < minutes) {
          load(server, round);
        }
      }
    }
  }

  /// A round: a chat among the same thousand, who connect anew, two thousand who connect and go,
  /// and twenty a second who come and go.
  private static void load(Contender.Running server, int round)
      throws IOException, InterruptedException {
    List<Generator.Loading> loads =
        List.of(
            Generator.start(
                server,
                flags(
                    "--n 1000 --room-size 10 --rate 300 --settle 0.5 --warmup 5 --secs "
                        + (ROUND_SECONDS - 12))),
            Generator.start(
                server,
                flags(
                    "--scenario presence --n 100 --user-base 50000 --rate 20 --presence-conns 50"
                        + " --secs "
                        + (ROUND_SECONDS - 15))),
            Generator.start(
                server,
                flags(
                    "--scenario idle --n 2000 --conc 8 --secs 10 --user-base "
                        + (100_000 + 2_000 * (round % 5)))));
    var chat = loads.getFirst().report();
    if (chat.path("lost").asLong() > 0 || chat.path("outOfOrder").asLong() > 0) {
      throw new IOException("lost or out of order in round " + round + ": " + chat);
    }
    for (Generator.Loading load : loads.subList(1, loads.size())) {
      var unused = load.report(); // nobody concerns anybody there
    }
  }

  private static Map<String, String> sizes(Contender.Running server) throws IOException {
    Map<String, String> sizes = new LinkedHashMap<>();
    for (Map.Entry<String, Long> process : server.processes().entrySet()) {
      long pid = process.getValue();
      String alive = process.getKey().equals("redis") ? "" : " (" + mebibytes(alive(pid)) + ")";
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      sizes.put(process.getKey(), mebibytes(first(RESIDENT, status) * 1_024) + alive);
    }
    return sizes;
  }

  /// Bytes of live objects; collects the whole heap.
  private static long alive(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    return first(TOTAL, new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static long first(Pattern pattern, String text) throws IOException {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IOException("no " + pattern + " in " + text);
    }
    return Long.parseLong(found.group(1));
  }

  private static String mebibytes(long bytes) {
    return Long.toString(Math.round(bytes / 1_048_576.0));
  }
}
