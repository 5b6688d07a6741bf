package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedisCluster;
import parley.fanout.BusContract;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;

/// The bus over a real cluster of three masters, each with a replica: sharded pub/sub.
@Timeout(90)
class RedisClusterBusTest extends BusContract {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path folder;
  private static EmbeddedRedisCluster cluster;
  private BusPublisher publisher;
  private final List<BusSubscriber> subscribers = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = EmbeddedRedisCluster.start(folder);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  private static BusAddress address() {
    return BusAddress.parse(cluster.url(), "", RedisAddress.parse("redis://localhost", null, 0));
  }

  @BeforeEach
  void open() {
    publisher = RedisBus.publisher(address());
    await().atMost(PATIENCE).until(publisher::connected);
  }

  @AfterEach
  void close() {
    subscribers.forEach(BusSubscriber::close);
    publisher.close();
  }

  @Override
  protected BusPublisher publisher() {
    return publisher;
  }

  @Override
  protected BusSubscriber subscriber() {
    BusSubscriber subscriber = RedisBus.subscriber(address());
    subscribers.add(subscriber);
    return subscriber;
  }

  private static int slot(Topic topic) {
    return EmbeddedRedisCluster.slot(topic.channel());
  }

  @Test
  void topicsOfEveryMasterAreHeard() {
    BusSubscriber subscriber = subscriber();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      recorders.add(new Recorder());
      subscriber.follow(new Topic.Room("room" + i), recorders.getLast());
    }
    await()
        .atMost(PATIENCE)
        .until(() -> recorders.stream().allMatch(recorder -> recorder.begun.get() > 0));
    for (int i = 0; i < 300; i++) {
      publisher.publish(new Topic.Room("room" + i), ("m" + i).getBytes(UTF_8));
    }
    List<List<String>> wanted = IntStream.range(0, 300).mapToObj(i -> List.of("m" + i)).toList();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertEquals(wanted, recorders.stream().map(r -> List.copyOf(r.events)).toList()));
  }

  @Test
  void aSlotThatMovesTakesItsTopicsAlongInANewEpoch() {
    Topic topic = new Topic.Room("moving");
    int slot = slot(topic);
    Recorder recorder = Recorder.following(subscriber(), topic);
    long before = recorder.lastEpoch;
    int owner = EmbeddedRedisCluster.owner(slot);
    int next = EmbeddedRedisCluster.next(owner);
    cluster.move(slot, owner, next);
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> recorder.begun.get() >= 2 && recorder.lastEpoch > before);
      assertTrue(recorder.broken.get() >= 1);
      heardAgain(topic, recorder);
    } finally {
      cluster.move(slot, next, owner);
    }
  }

  @Test
  void aMasterThatDiesIsReplacedByItsReplica() throws Exception {
    Topic topic = new Topic.Room("failover");
    Recorder recorder = Recorder.following(subscriber(), topic);
    int owner = EmbeddedRedisCluster.owner(slot(topic));
    cluster.kill(owner);
    try {
      await().atMost(PATIENCE).until(() -> recorder.broken.get() >= 1 && recorder.begun.get() >= 2);
      heardAgain(topic, recorder);
    } finally {
      cluster.revive(owner); // the tests after this one want it as it was
    }
  }

  private void heardAgain(Topic topic, Recorder recorder) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              publisher.publish(topic, "again".getBytes(UTF_8));
              return recorder.events.contains("again");
            });
  }
}
