package parley.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

  private static JsonNode report(double value) {
    return JsonNodeFactory.instance.objectNode().put("x", value);
  }

  private static double x(JsonNode report) {
    return report.path("x").asDouble(Double.NaN);
  }

  @Test
  void aCellIsTheMedianWithTheSmallestAndTheLargest() {
    Table table = new Table("who", List.of(new Table.Column("x", TableTest::x)));
    assertEquals(
        "| who | x |\n|---|---|\n| one | 2 [1.50..1,000] |\n",
        table.of(Map.of("one", List.of(report(1_000), report(1.5), report(2)))));
  }

  @Test
  void aRatioIsOfMedians() {
    Table table =
        new Table(
            "", List.of(new Table.Column("x", TableTest::x), new Table.Column("y", report -> 0)));
    assertEquals(
        "| a : b | x 2.50 | – |\n",
        table.ratios(
            "a : b",
            List.of(report(1), report(5), report(90)),
            List.of(report(2), report(1), report(3))));
  }

  @Test
  void whatAReportHasNotIsADash() {
    Table table = new Table("", List.of(new Table.Column("y", report -> Double.NaN)));
    assertTrue(table.of(Map.of("one", List.of(report(1)))).contains("| one | – |"));
  }
}
