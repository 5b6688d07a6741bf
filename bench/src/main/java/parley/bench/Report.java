package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.bench.Plot.Point;
import parley.bench.Table.Column;

/// What results look like: a table for each step, with a row for each contender; and for steps
/// named `what=number` one table for each `what`, with pictures.
final class Report {

  private static final Pattern GROWING = Pattern.compile("([a-z]+)=([0-9]+)");

  private static final Column P50 = new Column("p50 ms", Figures.latency("p50"));
  private static final Column P99 = new Column("p99 ms", Figures.latency("p99"));
  private static final Column COST = new Column("CPU µs a delivery", Figures::cpuPerDelivery);
  private static final Column RSS = new Column("edges MiB", Figures::rss);
  private static final Column EDGES = new Column("cores: edges", Figures.cores("edge"));
  private static final Column CORE = new Column("core", Figures.cores("core"));
  private static final Column PRESENCE = new Column("presence", Figures.cores("presence"));
  private static final Column STORE = new Column("store", Figures.cores("store"));
  private static final Column REDIS = new Column("Redis", Figures.cores("redis"));
  private static final Column ALL = new Column("all", Figures.cores(""));
  private static final Column CONNECTS = new Column("connects/s", Figures::connects);
  private static final Column WRONG = new Column("wrong", Figures::wrong);

  private static final List<Column> TRAFFIC =
      List.of(
          new Column("sent/s", Figures::sent),
          new Column("deliveries/s", Figures::deliveries),
          P50,
          P99,
          new Column("p99.9 ms", Figures.latency("p999")),
          COST,
          EDGES,
          CORE,
          PRESENCE,
          STORE,
          REDIS,
          ALL,
          new Column("generator", Figures::generator),
          RSS,
          new Column("grown MiB", Figures::growth),
          WRONG);
  private static final List<Column> IDLE =
      List.of(
          CONNECTS,
          RSS,
          new Column("KiB a connection", Figures::perConnection),
          EDGES,
          CORE,
          PRESENCE,
          STORE,
          REDIS,
          ALL);
  private static final List<Column> CAPACITY = List.of(new Column("msg/s", Figures::capacity));
  private static final List<Column> GROWTH = List.of(CONNECTS, P50, P99, COST, ALL, RSS, WRONG);

  private Report() {}

  /// @param folder where the pictures go
  static String of(List<Results.Line> lines, Path folder) throws IOException {
    StringBuilder out = new StringBuilder();
    Map<String, TreeMap<Integer, List<JsonNode>>> growing = new LinkedHashMap<>();
    for (String step : Results.steps(lines)) {
      Matcher growth = GROWING.matcher(step);
      if (growth.matches()) {
        growing
            .computeIfAbsent(growth.group(1), what -> new TreeMap<>())
            .put(Integer.parseInt(growth.group(2)), Results.of(lines, "parley", step));
      } else {
        out.append("### ").append(step).append("\n\n").append(table(lines, step)).append('\n');
      }
    }
    for (Map.Entry<String, TreeMap<Integer, List<JsonNode>>> one : growing.entrySet()) {
      out.append(growth(one.getKey(), one.getValue(), folder));
    }
    return out.toString();
  }

  private static String table(List<Results.Line> lines, String step) {
    Map<String, List<JsonNode>> rows = new TreeMap<>();
    for (String contender : Results.contenders(lines, step)) {
      rows.put(contender, Results.of(lines, contender, step));
    }
    JsonNode any = rows.values().iterator().next().getFirst();
    List<Column> columns =
        any.has("capacity")
            ? CAPACITY
            : any.path("scenario").asText().equals("idle") ? IDLE : TRAFFIC;
    Table table = new Table("", columns);
    return table.of(rows) + ratios(table, rows);
  }

  /// Parley beside the rival with as many processes.
  private static String ratios(Table table, Map<String, List<JsonNode>> rows) {
    StringBuilder ratios = new StringBuilder();
    for (String name : rows.keySet()) {
      String rival = name.replace("parley", "socketio");
      if (!rival.equals(name) && rows.containsKey(rival)) {
        ratios.append(table.ratios(name + " : " + rival, rows.get(name), rows.get(rival)));
      }
    }
    return ratios.toString();
  }

  private static String growth(String what, SortedMap<Integer, List<JsonNode>> runs, Path folder)
      throws IOException {
    Map<String, List<JsonNode>> rows = new LinkedHashMap<>();
    runs.forEach((x, reports) -> rows.put(String.format("%,d", x), reports));
    StringBuilder out = new StringBuilder("### " + what + "\n\n");
    out.append(new Table(what, GROWTH).of(rows)).append('\n');
    boolean memory = what.equals("connections");
    out.append(picture(what + "-p99", "p99, ms", what, runs, P99.figure(), folder));
    out.append(
        picture(
            memory ? what + "-memory" : what + "-cpu",
            memory ? "edge, MiB" : "CPU a delivery, µs",
            what,
            runs,
            memory ? RSS.figure() : COST.figure(),
            folder));
    return out.append('\n').toString();
  }

  /// Draws it, unless there is but one point.
  ///
  /// @return the line that shows it
  private static String picture(
      String name,
      String title,
      String x,
      SortedMap<Integer, List<JsonNode>> runs,
      ToDoubleFunction<JsonNode> figure,
      Path folder)
      throws IOException {
    List<Point> points = new ArrayList<>();
    runs.forEach((at, reports) -> points.add(new Point(at, Table.median(reports, figure))));
    points.removeIf(point -> !(point.y() > 0));
    if (points.size() < 2) {
      return "";
    }
    Files.writeString(folder.resolve(name + ".svg"), Plot.svg(title, x, points));
    return "![" + title + "](performance/" + name + ".svg)\n";
  }
}
