package parley.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.regex.Pattern;
import parley.bench.attack.AttackRun;

/// `bench/run`: reads the command line, builds what is needed, measures, writes tables.
public final class BenchMain {

  private static final String USAGE =
      """
      usage: bench/run [rows|growth|fanout|smoke|report] [flags]
             bench/run soak [MINUTES]
             bench/run attack [SECONDS] [REGEX]
             bench/run jmh [flags of JMH]

        rows       every goal of docs/performance.md, Parley and a Socket.IO server (about
                   an hour and a quarter)
        growth     how cost grows with connections, rooms, members, history, edges (about
                   a quarter of an hour)
        fanout     events of rooms through Redis, and on core's streams, with one, two and
                   four edges (about a quarter of an hour)
        smoke      everything once, small: that it works
        report     tables of results that are there
        soak       whether anything grows: chat, and people who come and go, for half an
                   hour; resident memory and (live heap) of each process, by the minute
        attack     what ill will does to an edge, each of it for so many seconds (20):
                   what others feel, how the edge grows, whether it serves afterwards
        jmh        decoder, encoder, outbox and a room's lane by themselves

        --runs N       repetitions, contenders taking turns (3)
        --only REGEX   only the steps whose name matches
        --who REGEX    only the contenders whose name matches
        --out FOLDER   for results.jsonl and tables.md (bench/target/results)
      """;
  private static final Set<String> FLAGS = Set.of("--runs", "--only", "--who", "--out");

  private static final List<String> JMH =
      List.of("-f", "1", "-wi", "3", "-w", "2", "-i", "5", "-r", "2", "-bm", "avgt", "-tu", "us");

  private BenchMain() {}

  public static void main(String[] args) throws Exception {
    System.exit(run(List.of(args)));
  }

  /// @return 0 = all went well
  static int run(List<String> args) throws IOException, InterruptedException {
    Queue<String> rest = new ArrayDeque<>(args);
    String what = rest.isEmpty() || rest.peek().startsWith("--") ? "rows" : rest.remove();
    if (what.equals("jmh")) {
      return jmh(List.copyOf(rest));
    }
    if (what.equals("soak")) {
      return soak(rest.isEmpty() ? 30 : Integer.parseInt(rest.remove()));
    }
    if (what.equals("attack")) {
      return attack(
          rest.isEmpty() ? 20 : Integer.parseInt(rest.remove()),
          Pattern.compile(rest.isEmpty() ? "" : rest.remove()));
    }
    Map<String, String> flags = new HashMap<>();
    while (!rest.isEmpty()) {
      String flag = rest.remove();
      String value = rest.poll();
      if (!FLAGS.contains(flag) || value == null) {
        System.err.println(USAGE);
        return flag.equals("--help") ? 0 : 2;
      }
      flags.put(flag, value);
    }
    Path out = Path.of(flags.getOrDefault("--out", "bench/target/results"));
    return switch (what) {
      case "rows", "growth", "fanout", "smoke" -> measure(what, flags, out);
      case "report" -> report(out);
      default -> {
        System.err.println(USAGE);
        yield 2;
      }
    };
  }

  private static int measure(String what, Map<String, String> flags, Path out)
      throws IOException, InterruptedException {
    if (!Generator.build()) {
      System.err.println("bench: needs a C compiler, cc, for the load generator");
      return 3;
    }
    boolean rival = SocketIoContender.install();
    if (!rival) {
      System.err.println("bench: without Node and npm there is no rival to compare with");
    }
    List<Plan> plans =
        switch (what) {
          case "rows" -> Plan.rows(rival);
          case "growth" -> Growth.plans();
          case "fanout" -> Plan.fanOut();
          default -> Plan.smoke(rival);
        };
    Pattern who = Pattern.compile(flags.getOrDefault("--who", ""));
    Pattern only = Pattern.compile(flags.getOrDefault("--only", ""));
    Files.createDirectories(out);
    Results results = new Results(out.resolve("results.jsonl"));
    Files.deleteIfExists(out.resolve("results.jsonl"));
    int runs = Integer.parseInt(flags.getOrDefault("--runs", what.equals("rows") ? "3" : "1"));
    int failed =
        new Series(results, runs, name -> only.matcher(name).find())
            .run(plans.stream().map(plan -> plan.of(c -> who.matcher(c.name()).find())).toList());
    report(out);
    return failed == 0 ? 0 : 1;
  }

  private static int soak(int minutes) throws IOException, InterruptedException {
    Path out = Path.of("bench/target/results");
    Files.createDirectories(out);
    if (!Generator.build()) {
      return 3;
    }
    Soak.run(minutes, out.resolve("soak.md"));
    return 0;
  }

  private static int attack(int seconds, Pattern only) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("parley-attack-");
    try (Contender.Running server = new ParleyContender("parley", 1, "").start(folder, false)) {
      String[] address = server.targets().split(":");
      var edge = new InetSocketAddress(address[0], Integer.parseInt(address[1]));
      Map<String, Long> processes = server.processes();
      long pid =
          processes.keySet().stream()
              .filter(name -> name.startsWith("edge"))
              .mapToLong(processes::get)
              .findFirst()
              .orElseThrow();
      boolean served =
          AttackRun.run(edge, pid, Generator.SECRET, seconds, name -> only.matcher(name).find());
      return served ? 0 : 1;
    }
  }

  private static int jmh(List<String> flags) throws IOException {
    List<String> all = flags.isEmpty() ? JMH : flags;
    org.openjdk.jmh.Main.main(all.toArray(String[]::new));
    return 0;
  }

  private static int report(Path out) throws IOException {
    String tables = Report.of(new Results(out.resolve("results.jsonl")).all(), out);
    Files.writeString(out.resolve("tables.md"), tables);
    System.out.println(tables);
    return 0;
  }
}
