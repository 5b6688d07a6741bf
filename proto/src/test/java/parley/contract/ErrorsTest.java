package parley.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import parley.proto.errors.ErrorCode;

class ErrorsTest {

  @Test
  void theTableInTheDocsIsTheOneInTheCode() throws Exception {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "errors.md"))) {
      String[] cells = line.split("\\|");
      if (cells.length > 4 && cells[1].trim().matches("`[A-Z_]+`")) {
        documented.put(
            cells[1].trim().replace("`", ""),
            cells[2].trim() + " | " + cells[3].trim() + " | " + cells[4].trim());
      }
    }
    Map<String, String> coded = new TreeMap<>();
    for (ErrorCode code : ErrorCode.values()) {
      if (code != ErrorCode.UNRECOGNIZED && code != ErrorCode.ERROR_CODE_UNSPECIFIED) {
        coded.put(
            code.name(),
            Errors.words(code)
                + " | `"
                + Errors.status(code)
                + "` | "
                + (Errors.retryable(code) ? "yes" : "no"));
      }
    }
    assertEquals(coded, documented);
  }

  @Test
  void everyCodeHasWords() {
    for (ErrorCode code : ErrorCode.values()) {
      assertFalse(Errors.words(code).isBlank(), code::name);
    }
  }
}
