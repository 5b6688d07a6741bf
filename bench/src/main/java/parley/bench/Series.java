package parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Goes through plans: for each repetition every contender takes its turn, so that what disturbs
/// the machine for a while disturbs all of them.
final class Series {

  private final Results results;
  private final int repetitions;
  private final Predicate<String> wanted;
  private int failed;

  /// @param wanted names of steps that are done
  Series(Results results, int repetitions, Predicate<String> wanted) {
    this.results = results;
    this.repetitions = repetitions;
    this.wanted = wanted;
  }

  /// @return how many steps failed; each has said why
  int run(List<Plan> plans) throws InterruptedException {
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (Plan plan : plans) {
        for (Session session : plan.sessions()) {
          for (Contender contender : plan.contenders()) {
            run(contender, session, repetition);
          }
        }
      }
    }
    return failed;
  }

  private void run(Contender contender, Session session, int repetition)
      throws InterruptedException {
    List<Step> steps = session.steps().stream().filter(s -> wanted.test(s.name())).toList();
    if (steps.isEmpty()) {
      return;
    }
    Path folder = null;
    try {
      folder = Files.createTempDirectory("parley-bench-");
      try (Contender.Running server = contender.start(folder, session.everybody())) {
        warmUp(server, session.warmUpSeconds());
        for (Step step : steps) {
          JsonNode report = carryOut(server, step);
          results.add(new Results.Line(contender.name(), step.name(), repetition, report));
          say(contender.name() + " " + step.name() + ": " + Figures.line(report));
        }
      }
    } catch (IOException e) {
      failed++;
      say(contender.name() + " " + session.name() + " FAILED: " + e.getMessage());
    } finally {
      remove(folder);
    }
  }

  private static void warmUp(Contender.Running server, int seconds)
      throws IOException, InterruptedException {
    if (seconds > 0) {
      List<String> flags = new ArrayList<>(Session.WARM_UP);
      flags.addAll(List.of("--secs", Integer.toString(seconds)));
      Generator.start(server, flags).report();
    }
  }

  private static JsonNode carryOut(Contender.Running server, Step step)
      throws IOException, InterruptedException {
    return switch (step) {
      case Step.Load load -> Generator.start(server, load.flags()).report();
      case Step.Capacity capacity -> new CapacitySearch(server, capacity).search();
      case Step.Beside beside -> {
        Generator.Loading other = Generator.start(server, beside.beside());
        TimeUnit.SECONDS.sleep(beside.headStart());
        JsonNode report = Generator.start(server, beside.flags()).report();
        other.report();
        yield report;
      }
    };
  }

  private static void say(String line) {
    System.out.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + line);
  }

  private static void remove(@org.jspecify.annotations.Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      say("left behind: " + folder);
    }
  }
}
