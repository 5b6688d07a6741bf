package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/// Figures out of the generator's reports. NaN where a report has none.
final class Figures {

  private static final double KIB = 1_024;

  private Figures() {}

  static ToDoubleFunction<JsonNode> latency(String percentile) {
    return report -> report.path("latencyMs").path(percentile).asDouble(Double.NaN);
  }

  static double sent(JsonNode report) {
    return report.path("sentPerSec").asDouble(Double.NaN);
  }

  static double deliveries(JsonNode report) {
    return report.path("deliveriesPerSec").asDouble(Double.NaN);
  }

  static double connects(JsonNode report) {
    return report.path("connect").path("perSec").asDouble(Double.NaN);
  }

  static double capacity(JsonNode report) {
    return report.path("capacity").asDouble(Double.NaN);
  }

  /// Lost, repeated or out of order.
  static double wrong(JsonNode report) {
    return report.path("lost").asDouble()
        + report.path("duplicated").asDouble()
        + report.path("outOfOrder").asDouble();
  }

  /// Microseconds of CPU a delivery, of all processes of the server, with its stores.
  static double cpuPerDelivery(JsonNode report) {
    double deliveries = deliveries(report) * report.path("secs").asDouble();
    return cpu(report, "") / deliveries * 1e6;
  }

  /// Cores that processes took, of those whose names begin so.
  static ToDoubleFunction<JsonNode> cores(String prefix) {
    return report -> cpu(report, prefix) / report.path("secs").asDouble(Double.NaN);
  }

  private static double cpu(JsonNode report, String prefix) {
    return sum(report, prefix, process -> process.path("runCpu").asDouble());
  }

  /// MiB of the chat servers at the end.
  static double rss(JsonNode report) {
    return sum(report, "edge", process -> process.path("rssKb").path("after").asDouble()) / KIB;
  }

  /// KiB that the chat servers grew by for each connection that was made.
  static double perConnection(JsonNode report) {
    return grown(report, "start", "connected") / report.path("connect").path("ok").asDouble();
  }

  /// MiB that the chat servers grew by during the run.
  static double growth(JsonNode report) {
    return grown(report, "connected", "peak") / KIB;
  }

  /// KiB between two moments of a run.
  private static double grown(JsonNode report, String from, String to) {
    return sum(
        report,
        "edge",
        process ->
            process.path("rssKb").path(to).asDouble()
                - process.path("rssKb").path(from).asDouble());
  }

  static double generator(JsonNode report) {
    return report.path("generator").path("runCpuShare").asDouble(Double.NaN);
  }

  private static double sum(JsonNode report, String prefix, ToDoubleFunction<JsonNode> figure) {
    JsonNode watched = report.path("watched");
    return StreamSupport.stream(
            ((Iterable<String>) () -> watched.fieldNames()).spliterator(), false)
        .filter(name -> name.startsWith(prefix))
        .mapToDouble(name -> figure.applyAsDouble(watched.path(name)))
        .sum();
  }

  /// A report in a line, for whoever watches.
  static String line(JsonNode report) {
    if (report.has("capacity")) {
      return "capacity " + report.path("capacity").asInt() + "/s";
    }
    return String.format(
        Locale.ROOT,
        "%.0f connects/s, %.0f sent/s, %.0f deliveries/s, p50 %.2f p99 %.2f p99.9 %.2f ms,"
            + " %.1f us CPU each, edges %.0f MiB, wrong %.0f, errors %s",
        connects(report),
        sent(report),
        deliveries(report),
        latency("p50").applyAsDouble(report),
        latency("p99").applyAsDouble(report),
        latency("p999").applyAsDouble(report),
        cpuPerDelivery(report),
        rss(report),
        wrong(report),
        report.path("errorsByType"));
  }
}
