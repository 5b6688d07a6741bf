package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.embedded.redis.EmbeddedRedisPair;
import parley.fanout.BusContract;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ClientKillParams;

class RedisBusTest extends BusContract {

  @TempDir static Path folder;
  private static EmbeddedRedis redis;
  private BusPublisher publisher;
  private final List<BusSubscriber> subscribers = new ArrayList<>();

  @BeforeAll
  static void startRedis() throws Exception {
    redis = EmbeddedRedis.start(folder, "--save", "");
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @BeforeEach
  void open() {
    publisher = RedisBus.publisher(RedisAddress.parse(redis.url(), null, 0));
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
    BusSubscriber subscriber = RedisBus.subscriber(RedisAddress.parse(redis.url(), null, 0));
    subscribers.add(subscriber);
    return subscriber;
  }

  @Test
  void aRestartOfRedisBreaksTheEpochAndANewOneBeginsByItself() throws Exception {
    Topic topic = new Topic.Room("restart");
    Recorder recorder = Recorder.following(subscriber(), topic);
    long before = recorder.lastEpoch;
    int port = redis.port();
    redis.kill();
    await().until(() -> recorder.broken.get() == 1);
    assertFalse(subscribers.getFirst().connected());
    redis = EmbeddedRedis.start(folder, port, "--save", "");
    await().atMost(Duration.ofSeconds(15)).until(() -> recorder.begun.get() == 2);
    assertTrue(recorder.lastEpoch > before);
    await().until(publisher::connected);
    publisher.publish(topic, "back".getBytes(UTF_8));
    await().untilAsserted(() -> assertEquals(List.of("back"), recorder.events));
  }

  /// The connection ends with the trouble: in the reading thread, while listeners are told.
  @Test
  void whoThrowsWhenTheConnectionBreaksOrIsBackEndsNoSubscription() {
    RedisAddress address = RedisAddress.parse(redis.url(), null, 0);
    AtomicInteger troubles = new AtomicInteger();
    RedisSubscriber subscriber =
        new RedisSubscriber(
            address,
            (ear, control) ->
                new PlainLink(ear, new Connection(address.hostAndPort(), address.config())),
            () -> PlainLink.CONTROL,
            new AtomicLong(),
            () -> {
              troubles.incrementAndGet();
              throw new IllegalStateException("a test's");
            });
    subscribers.add(subscriber);
    Topic topic = new Topic.Room("throws-at-trouble");
    Thrower thrower = new Thrower();
    subscriber.follow(topic, thrower);
    Recorder other = Recorder.following(subscriber, new Topic.Room("calm-at-trouble"));
    for (int times = 1; times <= 2; times++) {
      int stretches = times + 1;
      try (Jedis admin = new Jedis("127.0.0.1", redis.port())) {
        admin.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
      }
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> other.begun.get() == stretches && thrower.begun.get() == stretches);
    }
    assertTrue(troubles.get() >= 2);
    assertTrue(subscriber.connected());
    publisher.publish(topic, "m".getBytes(UTF_8));
    publisher.publish(new Topic.Room("calm-at-trouble"), "m".getBytes(UTF_8));
    await().until(() -> thrower.heard.get() == 1 && other.events.equals(List.of("m")));
  }

  /// Nobody is disconnected by the failover: both halves have to find out by themselves.
  @Test
  void bothHalvesFollowTheMasterAfterAFailover(@TempDir Path nodes) throws Exception {
    try (EmbeddedRedisPair pair = EmbeddedRedisPair.start(nodes);
        BusPublisher early = RedisBus.publisher(RedisAddress.parse(pair.url(), null, 0));
        BusSubscriber subscriber = RedisBus.subscriber(RedisAddress.parse(pair.url(), null, 0))) {
      Topic topic = new Topic.Room("failover");
      Recorder recorder = Recorder.following(subscriber, topic);
      await().until(early::connected);
      pair.failOver();
      await().atMost(Duration.ofSeconds(15)).until(() -> recorder.begun.get() >= 2);
      assertTrue(recorder.broken.get() >= 1, "what was published meanwhile may be missing");
      try (Jedis master = new Jedis("127.0.0.1", pair.master().port())) {
        await().until(() -> master.pubsubNumSub(topic.channel()).get(topic.channel()) == 1);
        master.publish(topic.channel(), "from the master");
        await().until(() -> recorder.events.contains("from the master"));
        await()
            .atMost(Duration.ofSeconds(15))
            .until(
                () -> {
                  early.publish(topic, "from the publisher".getBytes(UTF_8));
                  return recorder.events.contains("from the publisher");
                });
      }
    }
  }

  @Test
  void aClientFollowsTheMasterAfterAFailover(@TempDir Path nodes) throws Exception {
    try (EmbeddedRedisPair pair = EmbeddedRedisPair.start(nodes);
        RedisClient client = RedisClients.open(RedisAddress.parse(pair.url(), null, 0))) {
      client.set("k", "before");
      pair.failOver();
      String refusal =
          assertThrows(JedisDataException.class, () -> client.set("k", "after")).getMessage();
      assertTrue(refusal.startsWith("READONLY"), refusal);
      client.set("k", "after");
      assertEquals("after", client.get("k"));
    }
  }

  @Test
  void withoutRedisPublishingNeverBlocksAndAFullQueueSaysSo() throws Exception {
    RedisAddress nowhere =
        RedisAddress.parse("redis://127.0.0.1:" + EmbeddedRedis.freePort(), null, 0);
    try (RedisPublisher lonely = new RedisPublisher(nowhere, 10)) {
      for (int i = 0; i < 10; i++) {
        assertTrue(lonely.publish(new Topic.All(), new byte[1]));
      }
      assertFalse(lonely.publish(new Topic.All(), new byte[1]));
      assertFalse(lonely.connected());
    }
  }
}
