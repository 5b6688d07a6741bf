package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// A table in Markdown: a figure is the median of its runs, with the smallest and the largest where
/// there are several.
///
/// @param first title of the first column
record Table(String first, List<Column> columns) {

  /// A figure of each row.
  record Column(String title, ToDoubleFunction<JsonNode> figure) {}

  /// @param rows the reports of a row by its name, in order
  String of(Map<String, List<JsonNode>> rows) {
    StringBuilder table = new StringBuilder("| " + first + " |");
    columns.forEach(column -> table.append(' ').append(column.title).append(" |"));
    table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    rows.forEach(
        (name, reports) ->
            table
                .append("| ")
                .append(name)
                .append(" | ")
                .append(
                    columns.stream()
                        .map(column -> cell(reports, column.figure))
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
    return table.toString();
  }

  /// A row of how many times as large one's medians are as another's.
  String ratios(String name, List<JsonNode> one, List<JsonNode> other) {
    return columns.stream()
        .map(column -> ratio(median(one, column.figure), median(other, column.figure)))
        .collect(Collectors.joining(" | ", "| " + name + " | ", " |\n"));
  }

  private static String ratio(double one, double other) {
    double ratio = one / other;
    return Double.isFinite(ratio) ? "x " + number(ratio) : "–";
  }

  static double median(List<JsonNode> reports, ToDoubleFunction<JsonNode> figure) {
    return sorted(reports, figure)[reports.size() / 2];
  }

  private static double[] sorted(List<JsonNode> reports, ToDoubleFunction<JsonNode> figure) {
    return reports.stream().mapToDouble(figure).sorted().toArray();
  }

  private static String cell(List<JsonNode> reports, ToDoubleFunction<JsonNode> figure) {
    double[] sorted = sorted(reports, figure);
    double median = sorted[sorted.length / 2];
    String text = number(median);
    return sorted.length == 1 || Double.isNaN(median)
        ? text
        : text + " [" + number(sorted[0]) + ".." + number(sorted[sorted.length - 1]) + "]";
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    boolean whole = size >= 100 || value == Math.rint(value);
    return String.format(Locale.ROOT, whole ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
