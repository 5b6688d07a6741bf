package parley.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every form of the bus promises.
@Timeout(30)
public abstract class BusContract {

  protected abstract BusPublisher publisher();

  /// A new one with each call.
  protected abstract BusSubscriber subscriber();

  @Test
  void everyFollowerGetsWhatIsPublishedInOrder() {
    Topic topic = new Topic.Room("order");
    Recorder one = Recorder.following(subscriber(), topic);
    Recorder other = Recorder.following(subscriber(), topic);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      sent.add("m" + i);
      assertTrue(publisher().publish(topic, ("m" + i).getBytes(UTF_8)));
    }
    await().untilAsserted(() -> assertEquals(sent, one.events));
    await().untilAsserted(() -> assertEquals(sent, other.events));
  }

  @Test
  void topicsAreApart() {
    BusSubscriber subscriber = subscriber();
    Recorder room = Recorder.following(subscriber, new Topic.Room("x"));
    Recorder user = Recorder.following(subscriber, new Topic.User("x"));
    Recorder all = Recorder.following(subscriber, new Topic.All());
    publisher().publish(new Topic.Room("x"), "room".getBytes(UTF_8));
    publisher().publish(new Topic.User("x"), "user".getBytes(UTF_8));
    publisher().publish(new Topic.All(), "all".getBytes(UTF_8));
    publisher().publish(new Topic.Room("y"), "nobody".getBytes(UTF_8));
    await().until(() -> all.events.size() == 1);
    assertEquals(List.of("room"), room.events);
    assertEquals(List.of("user"), user.events);
  }

  @Test
  void afterUnfollowingNothingMoreArrivesAndFollowingAgainBeginsANewEpoch() {
    BusSubscriber subscriber = subscriber();
    Topic topic = new Topic.Room("again");
    Recorder first = Recorder.following(subscriber, topic);
    subscriber.unfollow(topic);
    Recorder second = Recorder.following(subscriber, topic);
    publisher().publish(topic, "m".getBytes(UTF_8));
    await().until(() -> second.events.size() == 1);
    assertEquals(List.of(), first.events);
    assertTrue(second.lastEpoch > first.lastEpoch, "epochs rise");
  }

  @Test
  void manyTopicsCanBeFollowedAtOnce() {
    BusSubscriber subscriber = subscriber();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Recorder recorder = new Recorder();
      recorders.add(recorder);
      subscriber.follow(new Topic.Room("many" + i), recorder);
    }
    await().until(() -> recorders.stream().allMatch(r -> r.begun.get() > 0));
    for (int i = 0; i < 3_000; i++) {
      publisher().publish(new Topic.Room("many" + i), "m".getBytes(UTF_8));
    }
    await().until(() -> recorders.stream().allMatch(r -> r.events.size() == 1));
  }

  @Test
  void aListenerThatThrowsHurtsNobodyElseAndHearsWhatComesNext() {
    BusSubscriber subscriber = subscriber();
    Thrower thrower = new Thrower();
    subscriber.follow(new Topic.Room("throws"), thrower);
    await().until(() -> thrower.begun.get() > 0);
    Recorder other = Recorder.following(subscriber, new Topic.Room("calm"));
    for (int i = 0; i < 10; i++) {
      publisher().publish(new Topic.Room("throws"), "m".getBytes(UTF_8));
      publisher().publish(new Topic.Room("calm"), ("m" + i).getBytes(UTF_8));
    }
    await().until(() -> other.events.size() == 10 && thrower.heard.get() == 10);
    assertEquals(1, other.begun.get(), "one unbroken stretch");
    assertEquals(0, other.broken.get());
    assertTrue(subscriber.connected());
  }

  /// Fails at whatever it hears.
  public static final class Thrower implements TopicListener {
    public final AtomicInteger begun = new AtomicInteger();
    public final AtomicInteger heard = new AtomicInteger();

    @Override
    public void event(byte[] payload) {
      heard.incrementAndGet();
      throw new IllegalStateException("a listener's own fault");
    }

    @Override
    public void begun(long epoch) {
      begun.incrementAndGet();
      throw new IllegalStateException("a listener's own fault");
    }

    @Override
    public void broken() {
      throw new IllegalStateException("a listener's own fault");
    }
  }

  /// Writes down what it hears.
  public static final class Recorder implements TopicListener {
    public final List<String> events = new CopyOnWriteArrayList<>();
    public final AtomicInteger begun = new AtomicInteger();
    public final AtomicInteger broken = new AtomicInteger();
    public volatile long lastEpoch;

    public static Recorder following(BusSubscriber subscriber, Topic topic) {
      Recorder recorder = new Recorder();
      subscriber.follow(topic, recorder);
      await().until(() -> recorder.begun.get() > 0);
      return recorder;
    }

    @Override
    public void event(byte[] payload) {
      events.add(new String(payload, UTF_8));
    }

    @Override
    public void begun(long epoch) {
      lastEpoch = epoch;
      begun.incrementAndGet();
    }

    @Override
    public void broken() {
      broken.incrementAndGet();
    }
  }
}
