package parley.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// That the command works: it starts the servers, loads them, and writes results and tables. No
/// time is looked at.
@Timeout(240)
class SmokeTest {

  private static final List<String> STEPS = List.of("chat", "typing", "idle", "closed", "capacity");

  @Test
  void everythingIsMeasuredOnceAndNothingIsLost(@TempDir Path out) throws Exception {
    assumeTrue(Generator.build(), "the load generator needs a C compiler");
    assertEquals(0, BenchMain.run(List.of("smoke", "--out", out.toString())));
    List<Results.Line> lines = new Results(out.resolve("results.jsonl")).all();
    for (String step : STEPS) {
      assertEquals(1, Results.of(lines, "parley-1", step).size(), step);
    }
    for (Results.Line line : lines) {
      assertEquals(0, Figures.wrong(line.report()), line.contender() + " " + line.step());
    }
    assertTrue(Figures.deliveries(Results.of(lines, "parley-1", "chat").getFirst()) > 0);
    assertTrue(Figures.cpuPerDelivery(Results.of(lines, "parley-1", "chat").getFirst()) > 0);
    assertTrue(Figures.capacity(Results.of(lines, "parley-1", "capacity").getFirst()) > 0);
    assertTrue(Files.readString(out.resolve("tables.md")).contains("| parley-1 | "));
  }

  /// The generator against a server that loses, repeats and delays on purpose: it says how often.
  @Test
  void theGeneratorSeesWhatIsLostRepeatedAndLate() throws Exception {
    assumeTrue(Generator.build(), "the load generator needs a C compiler");
    assumeTrue(SocketIoContender.install(), "the faulty server needs Node and npm");
    Path script = Path.of("bench/target/rival/faulty.js");
    Files.copy(
        Path.of("bench/sioload/faulty.js"),
        script,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    ProcessBuilder builder =
        new ProcessBuilder("node", script.toString(), "bench/target/sioload")
            .redirectErrorStream(true);
    builder.environment().put("PORT", "23399");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("\"ok\":true"), said);
  }
}
