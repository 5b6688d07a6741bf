package parley.fanout.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusSubscriber;
import parley.fanout.GuardedListener;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.process.Backoff;
import parley.process.Worker;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/// Follows topics over one connection at a time. The reading thread owns the connection's input and
/// calls listeners; the commanding thread alone writes to it (concurrent SUBSCRIBE and UNSUBSCRIBE
/// break a Jedis subscription), and once a second asks for a sign of life.
final class RedisSubscriber implements BusSubscriber {

  private static final System.Logger LOG = System.getLogger(RedisSubscriber.class.getName());
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration LONGEST_END = Duration.ofSeconds(2);

  private final RedisAddress address;
  private final Link.Factory links;
  private final Supplier<byte[]> controls;
  private final Runnable trouble;
  private final Subscriptions subscriptions;
  private final Wishes wishes = new Wishes();
  private final Worker reader = Worker.thread("bus-reader", this::read);
  private final Worker commander = Worker.thread("bus-commander", this::command);
  private final Backoff backoff = new Backoff(); // the reader's
  private long checkAt = System.nanoTime() + CHECK_NANOS; // the commander's
  private volatile @Nullable SubscriberSession session;

  /// On a Redis alone.
  RedisSubscriber(RedisAddress address) {
    this(
        address,
        (ear, control) ->
            new PlainLink(ear, new Connection(address.hostAndPort(), address.config())),
        () -> PlainLink.CONTROL,
        new AtomicLong(),
        () -> {});
  }

  /// @param controls gives a channel that keeps the subscription from ending when nothing is
  /// followed
  /// @param epochs where the next epoch's number comes from
  /// @param trouble runs when the connection broke, or a channel was taken from it; must not block
  RedisSubscriber(
      RedisAddress address,
      Link.Factory links,
      Supplier<byte[]> controls,
      AtomicLong epochs,
      Runnable trouble) {
    this.address = address;
    this.links = links;
    this.controls = controls;
    this.trouble = trouble;
    this.subscriptions = new Subscriptions(epochs);
    reader.start();
    commander.start();
  }

  @Override
  public void follow(Topic topic, TopicListener listener) {
    follow(topic.channel(), new GuardedListener(topic.channel(), listener), false);
  }

  /// @param moved it heard the channel elsewhere until now: this one's reading thread says so
  void follow(String channel, GuardedListener listener, boolean moved) {
    subscriptions.follow(channel, listener, moved);
    wishes.follow(channel);
  }

  @Override
  public void unfollow(Topic topic) {
    unfollow(topic.channel());
  }

  /// @return was it listened to?
  boolean unfollow(String channel) {
    boolean listened = subscriptions.unfollow(channel);
    wishes.unfollow(channel);
    return listened;
  }

  @Override
  public boolean connected() {
    SubscriberSession current = session;
    return current != null && current.isSubscribed() && reader.alive() && commander.alive();
  }

  @Override
  public void close() {
    commander.close();
    reader.close();
    SubscriberSession current = session;
    if (current != null) {
      current.drop();
    }
    var unusedReader = reader.end(LONGEST_END);
    var unusedCommander = commander.end(LONGEST_END);
  }

  /// One connection, until it breaks, and the wait for the next one.
  private void read() throws InterruptedException {
    try (Connection connection = new Connection(address.hostAndPort(), address.config())) {
      connection.connect();
      SubscriberSession current =
          new SubscriberSession(connection, controls.get(), subscriptions, wishes, links, trouble);
      session = current;
      backoff.reset();
      current.proceed();
    } catch (JedisException e) {
      if (session != null && reader.alive()) {
        LOG.log(System.Logger.Level.WARNING, "subscriber lost Redis at {0}: {1}", address, e);
      }
    } finally {
      session = null;
      subscriptions.broken();
      trouble.run();
    }
    TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
  }

  private void command() throws InterruptedException {
    wishes.take(Math.max(1, TimeUnit.NANOSECONDS.toMillis(checkAt - System.nanoTime())));
    SubscriberSession current = session;
    if (current == null || !current.isSubscribed()) {
      return; // a new session follows all
    }
    try {
      wishes.carryOut(current, subscriptions.channels());
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "the reading thread will hear of it too", e);
    }
    if (checkAt - System.nanoTime() <= 0) {
      checkAt = System.nanoTime() + CHECK_NANOS;
      current.checkAlive();
    }
  }
}
