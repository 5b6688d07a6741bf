package parley.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.process.Worker;

/// What becomes of a child that ends.
@Timeout(30)
class ChildTest {

  @TempDir Path folder;
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private volatile boolean starting;

  private Child child(String script) {
    return new Child(
        "node",
        List.of("sh", "-c", script),
        Map.of(),
        folder.resolve("log"),
        folder.resolve("pid"),
        new Child.Owner() {
          @Override
          public boolean isStarting() {
            return starting;
          }

          @Override
          public void givenUp(String words, boolean wrongSetting) {
            refused.add(words);
          }
        });
  }

  private long starts() throws IOException {
    return Files.readAllLines(folder.resolve("log")).stream().filter("begins"::equals).count();
  }

  @Test
  void whoDiesIsStartedAgain() throws Exception {
    try (Child child = child("echo begins; exit 1")) {
      child.start();
      await().until(() -> starts() >= 2);
      assertEquals(List.of(), refused);
    }
    assertEquals(List.of(), Worker.failing());
  }

  @Test
  void whoEndsAtOnceThreeTimesWhileEverythingStartsIsGivenUpWithItsLastWords() throws Exception {
    starting = true;
    try (Child child = child("echo begins; echo 'no room for me'; exit 9")) {
      child.start();
      await().until(() -> !refused.isEmpty());
      assertEquals(
          List.of("node ended at once, 3 times, last with status 9: no room for me"), refused);
      assertEquals(3, starts());
      assertTrue(child.isGivenUp());
    }
  }

  @Test
  void whoseSettingsAreWrongIsNotAndItsLastWordsAreTold() throws Exception {
    try (Child child = child("echo begins; echo 'node: PORT must be a number'; exit 2")) {
      child.start();
      await().until(() -> !refused.isEmpty());
      assertEquals(
          List.of("node has a wrong setting and is not started again: node: PORT must be a number"),
          refused);
      assertTrue(child.isGivenUp());
      assertEquals(1, starts());
    }
    assertEquals(List.of(), Worker.failing());
  }
}
