package parley.fanout.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.BusContract;
import parley.fanout.Topic;
import parley.fanout.TopicListener;

/// What follows from a map of a cluster, whoever drew it.
@Timeout(60)
class ClusterChangesTest {

  private static ClusterMap.Owners allAt(@Nullable RedisAddress master) {
    @Nullable RedisAddress[] slots = new RedisAddress[ClusterMap.SLOTS];
    Arrays.fill(slots, master);
    return new ClusterMap.Owners(slots);
  }

  private static RedisAddress at(int port) {
    return RedisAddress.parse("redis://127.0.0.1:" + port, null, 0);
  }

  /// Between the two its slots had no master.
  @Test
  void aMasterThatComesBackUnderItsAddressIsFollowedAgain(@TempDir Path folder) throws Exception {
    BusAddress nowhere = new BusAddress(List.of(at(EmbeddedRedis.freePort())), true);
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, "--save", "");
        ClusterSubscriber subscriber = new ClusterSubscriber(nowhere)) {
      subscriber.changed(allAt(at(redis.port())));
      BusContract.Recorder recorder =
          BusContract.Recorder.following(subscriber, new Topic.Room("back"));
      subscriber.changed(allAt(null));
      await().until(() -> recorder.broken.get() == 1);
      subscriber.changed(allAt(at(redis.port())));
      await().atMost(Duration.ofSeconds(20)).until(() -> recorder.begun.get() == 2);
    }
  }

  /// Whoever draws the map holds what others wait for who hold what a listener waits for.
  @Test
  void aTopicThatMovesIsToldByAReadingThread(@TempDir Path folder) throws Exception {
    BusAddress nowhere = new BusAddress(List.of(at(EmbeddedRedis.freePort())), true);
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, "--save", "");
        ClusterSubscriber subscriber = new ClusterSubscriber(nowhere)) {
      subscriber.changed(allAt(at(redis.port())));
      List<String> heard = new CopyOnWriteArrayList<>();
      subscriber.follow(
          new Topic.Room("moves"),
          new TopicListener() {
            @Override
            public void event(byte[] payload) {}

            @Override
            public void begun(long epoch) {
              heard.add("begun by " + Thread.currentThread().getName());
            }

            @Override
            public void broken() {
              heard.add("broken by " + Thread.currentThread().getName());
            }
          });
      await().until(() -> heard.size() == 1);
      subscriber.changed(allAt(RedisAddress.parse("redis://localhost:" + redis.port(), null, 0)));
      await().until(() -> heard.size() == 3);
      assertEquals(
          List.of("begun by bus-reader", "broken by bus-reader", "begun by bus-reader"), heard);
    }
  }
}
