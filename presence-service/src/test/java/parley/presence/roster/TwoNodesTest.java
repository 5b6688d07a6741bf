package parley.presence.roster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.ServiceToken;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.presence.due.DueRunner;
import parley.presence.due.DueWork;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Sightings;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.bus.BusEvent;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import redis.clients.jedis.RedisClient;

/// Two presence nodes on one Redis: whoever hears of a change, it is told once, and the end is
/// right.
@Timeout(60)
class TwoNodesTest {

  private static final long GRACE_MILLIS = 50;

  @TempDir static Path folder;
  private static EmbeddedRedis server;

  private final List<PresenceChange> told = new CopyOnWriteArrayList<>();
  private RedisClient redis;
  private InMemoryBus bus;
  private Node one;
  private Node other;

  private static final class Node implements AutoCloseable {
    final UserPresences users;
    final Presences presences;
    private final RedisClient redis;
    private final ChangePublisher changes;
    private final DueRunner runner;

    Node(RedisClient redis, InMemoryBus bus) {
      this.redis = redis;
      users = new UserPresences(redis, 60_000);
      DueWork due = new DueWork(redis);
      changes =
          new ChangePublisher(users, bus, new Sightings(List.of(), new ServiceToken("test-token")));
      presences =
          new Presences(new Roster(redis, 10_000), users, bus, changes, due, GRACE_MILLIS, 500);
      runner =
          new DueRunner(
              due,
              Map.of(
                  Presences.OFFLINE,
                  (words, batch) -> presences.offlineIfGone(batch, words.get(0)),
                  Presences.LEAVE,
                  (words, batch) ->
                      presences.left(batch, words.get(0), words.get(1), words.get(2))));
      changes.start();
      runner.start();
    }

    void open(String connection, String user) {
      Batch batch = new Batch(redis);
      presences.opened(
          batch,
          "e",
          connection,
          User.newBuilder().setId(user).build(),
          Audience.getDefaultInstance(),
          false);
      batch.carryOut();
    }

    void close(String connection, String user) {
      Batch batch = new Batch(redis);
      presences.closed(batch, "e", connection, user, List.of());
      batch.carryOut();
    }

    @Override
    public void close() {
      runner.close();
      changes.close();
    }
  }

  @BeforeAll
  static void startRedis() throws Exception {
    server = EmbeddedRedis.start(folder, "--save", "");
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void open() {
    redis = RedisClient.builder().hostAndPort("127.0.0.1", server.port()).build();
    redis.flushAll();
    bus = new InMemoryBus();
    one = new Node(redis, bus);
    other = new Node(redis, bus);
    bus.subscriber()
        .follow(
            new Topic.All(),
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  told.addAll(BusEvent.parseFrom(payload).getPresence().getChangesList());
                } catch (InvalidProtocolBufferException e) {
                  throw new IllegalStateException(e);
                }
              }

              @Override
              public void begun(long epoch) {}

              @Override
              public void broken() {}
            });
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    bus.close();
    redis.close();
  }

  private List<Status> toldOf(String user) {
    return told.stream()
        .map(PresenceChange::getPresence)
        .filter(presence -> presence.getUserId().equals(user))
        .sorted((a, b) -> Long.compare(a.getVersion(), b.getVersion()))
        .map(presence -> presence.getStatus())
        .toList();
  }

  @Test
  void whatOneNodeBeganAnotherEndsAndEachIsToldOnce() {
    one.open("c1", "ana");
    other.open("c2", "ana");
    one.close("c1", "ana");
    other.close("c1", "ana"); // a repeat
    other.close("c2", "ana");
    await().until(() -> toldOf("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
    await().until(() -> redis.zcard("presence_due") == 0);
    assertEquals(2, toldOf("ana").size());
  }

  @Test
  void aTimerSurvivesItsNode() {
    one.open("c1", "ana");
    one.close("c1", "ana");
    one.close();
    await().until(() -> toldOf("ana").equals(List.of(Status.ONLINE, Status.OFFLINE)));
  }

  /// In the order of their versions the changes of each user come and go by turns, whatever the
  /// nodes did at once, and the last one is the truth.
  @Test
  void underRandomComingAndGoingTheChangesAlternateAndEndWithTheTruth() throws Exception {
    Map<String, Integer> open = new HashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Node node = t % 2 == 0 ? one : other;
      String user = "u" + t % 2;
      Random random = new Random(t);
      boolean stays = t == 0;
      String prefix = "c" + t + "-";
      open.merge(user, stays ? 1 : 0, Integer::sum);
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 60; i++) {
                      node.open(prefix + i, user);
                      if (random.nextInt(3) == 0) {
                        await().pollDelay(Duration.ofMillis(random.nextInt(150))).until(() -> true);
                      }
                      if (!(stays && i == 59)) {
                        node.close(prefix + i, user);
                      }
                      if (random.nextInt(6) == 0) {
                        await()
                            .pollDelay(Duration.ofMillis(2 * GRACE_MILLIS + 150))
                            .until(() -> true);
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
      assertEquals(last, one.users.of(List.of(user.getKey())).getFirst().getStatus());
      assertTrue(statuses.size() > 1, "something happened");
    }
  }
}
