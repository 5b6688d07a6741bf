package parley.system;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A Parley of the test class's own, whose stores and nodes it may kill and pause.
abstract class SurvivalFixture {

  @TempDir static Path data;
  static Parley parley;

  @BeforeAll
  static void start() throws Exception {
    parley = Parley.start(data, options -> options.with("--rate-limit", "off"));
  }

  @AfterAll
  static void stop() {
    if (parley != null) {
      parley.close();
    }
  }
}
