package parley.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import parley.launcher.LauncherMain;
import parley.system.Crowd.Person;

/// What somebody who is a friend of everybody hears while an edge full of them is restarted. Runs
/// when it is said of how many: `-Dparley.crowd=200`.
@Timeout(400)
@EnabledIfSystemProperty(named = "parley.crowd", matches = "[0-9]+")
class CrowdTest {

  private static final int PEOPLE = Integer.getInteger("parley.crowd", 200);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long GRACE_MILLIS = 2_000;

  private static Map<String, Integer> told(ChatClient watcher, String event) {
    Map<String, Integer> told = new HashMap<>();
    watcher.heard(event).forEach(e -> told.merge(e.optString("userId"), 1, Integer::sum));
    return told;
  }

  @Test
  void theRestartOfAnEdgeFullOfPeopleIsNoNews(@TempDir Path data) throws Exception {
    try (Parley parley =
            Parley.start(data, options -> options.with("--rate-limit", "off").with("--jvm", ""));
        Crowd crowd = new Crowd(parley)) {
      String ben = parley.user("ben");
      ChatClient watcher = parley.connect(0, ben);
      for (int i = 0; i < PEOPLE; i++) {
        String user = parley.user("u" + i);
        parley.befriend(user, ben);
        crowd.add(user, 1);
      }
      await().atMost(PATIENCE).until(() -> crowd.allConnected(1));
      await().atMost(PATIENCE).until(() -> told(watcher, "user-online").size() == PEOPLE);

      LauncherMain.main(new String[] {"restart", "edge-2", "--data", data.toString()});
      await().atMost(PATIENCE).until(() -> crowd.allConnected(2));
      String marker = parley.user("marker");
      parley.befriend(marker, ben);
      parley.connect(0, marker).close(); // behind it, whatever there was to tell has been told
      await()
          .atMost(PATIENCE)
          .until(() -> told(watcher, "user-offline").getOrDefault(marker, 0) == 1);

      Map<String, Integer> online = told(watcher, "user-online");
      Map<String, Integer> offline = told(watcher, "user-offline");
      List<Person> late =
          crowd.people.stream().filter(p -> p.longestAbsenceMillis >= GRACE_MILLIS).toList();
      System.out.printf(
          "%d people, away for at most %d ms, %d of them longer than the grace%n",
          PEOPLE,
          crowd.people.stream().mapToLong(p -> p.longestAbsenceMillis).max().orElse(0),
          late.size());
      Set<Person> mayBeGone = Set.copyOf(late);
      List<String> noise = new ArrayList<>();
      for (Person person : crowd.people) {
        int gone = offline.getOrDefault(person.user, 0);
        int came = online.getOrDefault(person.user, 0);
        if (gone > (mayBeGone.contains(person) ? 1 : 0) || came != 1 + gone) {
          noise.add(
              "%s: came %d times, went %d times, away for %d ms, connected %d times"
                  .formatted(
                      person.user, came, gone, person.longestAbsenceMillis, person.connects));
        }
      }
      assertEquals(List.of(), noise.stream().limit(20).toList(), noise.size() + " of them");
      watcher.close();
    }
  }
}
