package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;

/// Two presence nodes on one Redis: whoever hears of a change, it is told once, and the end is
/// right.
@Timeout(60)
class TwoNodesTest extends RosterFixture {

  private PresenceNode one;
  private PresenceNode other;

  @BeforeEach
  void openOther() {
    one = node;
    other = new PresenceNode(redis, bus, GRACE_MILLIS);
  }

  @AfterEach
  void closeOther() {
    other.close();
  }

  /// What is told twice has one version, and is news once.
  private List<Status> toldOf(String user) {
    return changes.stream()
        .map(PresenceChange::getPresence)
        .distinct()
        .filter(presence -> presence.getUserId().equals(user))
        .sorted((a, b) -> Long.compare(a.getVersion(), b.getVersion()))
        .map(presence -> presence.getStatus())
        .toList();
  }

  @Test
  void whatOneNodeBeganAnotherEndsAndEachIsToldOnce() {
    one.open("e", "c1", "ana");
    other.open("e", "c2", "ana");
    one.close("e", "c1", "ana");
    other.close("e", "c1", "ana"); // a repeat
    other.close("e", "c2", "ana");
    await().until(() -> toldOf("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(2, toldOf("ana").size());
  }

  @Test
  void aTimerSurvivesItsNode() {
    one.open("e", "c1", "ana");
    one.close("e", "c1", "ana");
    one.close();
    await().until(() -> toldOf("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
  }

  private static void awaitThat(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
  }

  private boolean isOnline(String user) {
    return toldOf(user).getLast() == Status.ONLINE;
  }

  /// Of the grace after a connection; below 0 when nothing is due any more.
  private double millisLeft(String edge, String connection, String user) {
    Double due = redis.zscore("presence_due", String.join(" ", "offline", user, edge, connection));
    return due == null ? -1 : due - System.currentTimeMillis();
  }

  /// In the order of their versions the changes of each user come and go by turns, whatever the
  /// nodes did at once, and the last one is the truth.
  @Test
  void underRandomComingAndGoingTheChangesAlternateAndEndWithTheTruth() throws Exception {
    Map<String, Integer> open = new HashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      PresenceNode node = t % 2 == 0 ? one : other;
      String user = "u" + t / 2; // at both nodes
      Random random = new Random(t);
      boolean stays = t == 0;
      String prefix = "c" + t + "-";
      open.merge(user, stays ? 1 : 0, Integer::sum);
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 60; i++) {
                      String connection = prefix + i;
                      node.open("e", connection, user);
                      if (random.nextInt(3) == 0) {
                        awaitThat(() -> !toldOf(user).isEmpty() && isOnline(user));
                      }
                      if (!(stays && i == 59)) {
                        node.close("e", connection, user);
                      }
                      switch (random.nextInt(6)) {
                        case 0 -> awaitThat(() -> millisLeft("e", connection, user) < 0);
                        case 1 -> awaitThat(() -> millisLeft("e", connection, user) < 3);
                        default -> {} // at once
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Map.Entry<String, Integer> user : open.entrySet()) {
      Status last = user.getValue() > 0 ? Status.ONLINE : Status.OFFLINE;
      await().until(() -> toldOf(user.getKey()).getLast() == last);
      List<Status> statuses = toldOf(user.getKey());
      for (int i = 0; i < statuses.size(); i++) {
        assertEquals(i % 2 == 0 ? Status.ONLINE : Status.OFFLINE, statuses.get(i), "at " + i);
      }
      assertEquals(last, one.users.of(List.of(new UserId(user.getKey()))).getFirst().getStatus());
      assertTrue(statuses.size() > 1, "something happened");
    }
  }
}
