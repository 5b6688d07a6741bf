package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Raises the rate by half until p99 breaks the limit, or something is lost, twice in a row; then
/// halves the gap, twice.
final class CapacitySearch {

  private static final int HALVINGS = 2;
  private static final int ATTEMPTS = 2;

  private final Contender.Running server;
  private final Step.Capacity step;
  private final List<JsonNode> runs = new ArrayList<>();

  CapacitySearch(Contender.Running server, Step.Capacity step) {
    this.server = server;
    this.step = step;
  }

  /// @return `capacity`, in messages a second, 0 when even the first rate was too much, and the
  ///     `runs` that it comes from
  ObjectNode search() throws IOException, InterruptedException {
    int good = 0;
    int bad = 0;
    for (int rate = step.from(); bad == 0 && rate <= step.upTo(); rate = rate * 3 / 2) {
      if (holds(rate)) {
        good = rate;
      } else {
        bad = rate;
      }
    }
    for (int i = 0; bad > 0 && i < HALVINGS; i++) {
      int middle = (good + bad) / 2;
      if (holds(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    ObjectNode found = JsonNodeFactory.instance.objectNode();
    found.put("capacity", good);
    found.putArray("runs").addAll(runs);
    return found;
  }

  private boolean holds(int rate) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (once(rate)) {
        return true;
      }
    }
    return false;
  }

  private boolean once(int rate) throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(step.flags());
    flags.addAll(List.of("--rate", Integer.toString(rate)));
    JsonNode report = Generator.start(server, flags).report();
    runs.add(report);
    return report.path("latencyMs").path("p99").asDouble(Double.MAX_VALUE) <= step.limitMs()
        && report.path("lost").asLong() == 0
        && report.path("sentPerSec").asDouble() >= 0.98 * rate;
  }
}
