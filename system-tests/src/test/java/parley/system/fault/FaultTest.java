package parley.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The fault test with a short seed; `config/fault-run` runs longer ones.
@Timeout(240)
class FaultTest {

  @TempDir Path data;

  @Test
  void everyPromiseIsKeptWhateverDies() throws Exception {
    Outcome outcome = FaultRun.run(new RunPlan(4, 18, 1, true, 0, ""), data);
    System.out.println(outcome);
    assertEquals(List.of(), outcome.broken());
    assertTrue(outcome.counts().acknowledged() > 50, outcome::toString);
    Set<String> kills =
        Set.of("kill edge", "kill core", "kill presence", "kill redis", "kill store", "drain edge");
    assertTrue(outcome.faults().keySet().containsAll(kills), outcome::toString);
  }
}
