package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Every report of every run, in a file of JSON lines that is only ever added to.
final class Results {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// One report.
  record Line(String contender, String step, int repetition, JsonNode report) {}

  private final Path file;

  Results(Path file) {
    this.file = file;
  }

  void add(Line line) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("contender", line.contender);
    node.put("step", line.step);
    node.put("repetition", line.repetition);
    node.set("report", line.report);
    Files.writeString(
        file,
        JSON.writeValueAsString(node) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  List<Line> all() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      JsonNode node = JSON.readTree(text);
      lines.add(
          new Line(
              node.path("contender").asText(),
              node.path("step").asText(),
              node.path("repetition").asInt(),
              node.path("report")));
    }
    return lines;
  }

  /// The reports of a step, in the order of the runs.
  static List<JsonNode> of(List<Line> lines, String contender, String step) {
    return lines.stream()
        .filter(line -> line.contender.equals(contender) && line.step.equals(step))
        .map(Line::report)
        .toList();
  }

  static Set<String> steps(List<Line> lines) {
    Set<String> steps = new LinkedHashSet<>();
    lines.forEach(line -> steps.add(line.step));
    return steps;
  }

  static Set<String> contenders(List<Line> lines, String step) {
    Set<String> contenders = new LinkedHashSet<>();
    lines.stream().filter(l -> l.step.equals(step)).forEach(l -> contenders.add(l.contender));
    return contenders;
  }
}
