package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/// One connection's life: what it says goes to the subscriptions, by the reading thread, in
/// {@link #proceed}. One that says nothing for 3 s is dropped.
final class SubscriberSession implements Link.Ear {

  private static final System.Logger LOG = System.getLogger(SubscriberSession.class.getName());
  private static final long DEAF_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Connection connection;
  private final byte[] control;
  private final Subscriptions subscriptions;
  private final Wishes wishes;
  private final Runnable trouble;
  private final Link link;
  private volatile long heard = System.nanoTime();

  /// @param control a channel that keeps the subscription from ending when nothing is followed
  /// @param trouble runs when a channel was taken from it
  SubscriberSession(
      Connection connection,
      byte[] control,
      Subscriptions subscriptions,
      Wishes wishes,
      Link.Factory links,
      Runnable trouble) {
    this.connection = connection;
    this.control = control;
    this.subscriptions = subscriptions;
    this.wishes = wishes;
    this.trouble = trouble;
    this.link = links.open(this, control);
  }

  /// Reads until the connection breaks.
  void proceed() {
    try {
      link.proceed(connection, control);
    } finally {
      link.close();
    }
  }

  boolean isSubscribed() {
    return link.isSubscribed();
  }

  void follow(byte[][] channels) {
    link.follow(channels);
  }

  void unfollow(byte[][] channels) {
    link.unfollow(channels);
  }

  /// Asks for a sign of life; drops the connection when the last one is too long ago, or when the
  /// other side is no master any more.
  void checkAlive() {
    if (System.nanoTime() - heard > DEAF_NANOS) {
      drop();
      return;
    }
    try {
      link.askForSign();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.WARNING, "the bus gives no sign of life: {0}", e.toString());
      drop();
    }
  }

  void drop() {
    try {
      connection.forceDisconnect();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "already gone", e);
    }
  }

  @Override
  public void subscribed(byte[] channel) {
    heard = System.nanoTime();
    if (Arrays.equals(channel, control)) {
      wishes.followAll();
    } else {
      subscriptions.subscribed(new String(channel, UTF_8));
    }
  }

  @Override
  public void unsubscribed(byte[] channel) {
    String name = new String(channel, UTF_8);
    if (subscriptions.unsubscribed(name)) {
      wishes.follow(name);
      trouble.run();
    }
  }

  @Override
  public void message(byte[] channel, byte[] payload) {
    heard = System.nanoTime();
    subscriptions.message(new String(channel, UTF_8), payload);
  }

  @Override
  public void sign() {
    heard = System.nanoTime();
  }
}
