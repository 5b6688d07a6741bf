package parley.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void whatIsNotGivenIsTheDefault() {
    Options options = Options.parse(List.of());
    assertEquals(2, options.edges());
    assertEquals(1, options.cores());
    assertEquals(Path.of("data"), options.data());
    assertTrue(options.rateLimit());
    assertFalse(options.fresh());
    assertEquals(List.of(), options.jvm());
  }

  @Test
  void theLastOfAFlagHolds() {
    assertEquals(5, Options.parse(List.of("--edges", "3", "--edges", "5")).edges());
    assertEquals(3, Options.defaults().with("--edges", "2").with("--edges", "3").edges());
  }

  @Test
  void flagsOfTheJvmAreSplitAtSpaces() {
    assertEquals(
        List.of("-Xint", "-Da=b"), Options.defaults().with("--jvm", " -Xint  -Da=b ").jvm());
  }

  @Test
  void nothingSharesAPortWhateverTheNumbers() {
    for (int nodes = 1; nodes <= 16; nodes++) {
      Ports ports = new Ports(3_001, 9_101, nodes, nodes, 17 - nodes);
      Map<String, Integer> byOwner = ports.byOwner();
      assertEquals(nodes * 2 + (17 - nodes) + 2, byOwner.size());
      assertEquals(byOwner.size(), new HashSet<>(byOwner.values()).size());
    }
  }

  @Test
  void twoThatWouldHaveOnePortAreNamed() {
    Options options = Options.defaults().with("--port", "9100").with("--edges", "2");
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, options::check);
    assertEquals(
        "edge 2 (--port) and core (--internal-port) would both have port 9101",
        refused.getMessage());
  }

  @Test
  void settingsAreForAllAndForOneNodeOverThose() {
    Options options =
        Options.defaults()
            .with("--cores", "2")
            .with("--set", "A=1; B = x=y ;core-2.A=2;core.C=3;;edge-1.A=");
    options.check();
    assertEquals(Map.of("A", "1", "B", "x=y", "C", "3"), options.settings("core", 0));
    assertEquals(Map.of("A", "2", "B", "x=y"), options.settings("core", 1));
    assertEquals(Map.of("A", "", "B", "x=y"), options.settings("edge", 0));
    assertEquals(Map.of("A", "1", "B", "x=y"), options.settings("presence", 0));
  }

  @Test
  void settingsOfANodeThatIsNotStartedAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Options.defaults().with("--set", "core-2.A=1").check());
    assertEquals(
        "--set names core-2; there are [core, edge-1, edge-2, presence]", refused.getMessage());
  }
}
