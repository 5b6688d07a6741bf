package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.process.Backoff;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/// Follows topics over one connection. The reading thread owns the connection's input and calls
/// listeners; the commanding thread alone writes to it (concurrent SUBSCRIBE and UNSUBSCRIBE break
/// a Jedis subscription), joins waiting follows into one command, and pings: a connection that says
/// nothing for 3 s is dropped.
final class RedisSubscriber implements BusSubscriber {

  private static final System.Logger LOG = System.getLogger(RedisSubscriber.class.getName());

  /// Keeps the subscription from ending when nothing is followed.
  private static final byte[] CONTROL = "parley:control".getBytes(UTF_8);

  private static final int CHANNELS_IN_A_COMMAND = 512;
  private static final long DEAF_NANOS = TimeUnit.SECONDS.toNanos(3);

  private enum Verb {
    FOLLOW,
    UNFOLLOW,
    FOLLOW_ALL
  }

  private record Wish(Verb verb, String channel) {}

  private static final class Followed {
    final TopicListener listener;
    volatile boolean listening; // written by the reading thread

    Followed(TopicListener listener) {
      this.listener = listener;
    }
  }

  private final RedisAddress address;
  private final Link.Factory links;
  private final Supplier<byte[]> controls;
  private final AtomicLong epochs;
  private final Runnable trouble;
  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
  private final Thread reader;
  private final Thread commander;
  private volatile @Nullable Session session;
  private volatile boolean closed;

  /// On a Redis alone.
  RedisSubscriber(RedisAddress address) {
    this(address, (ear, control) -> new PlainLink(ear), () -> CONTROL, new AtomicLong(), () -> {});
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
    this.epochs = epochs;
    this.trouble = trouble;
    this.reader = Thread.ofVirtual().name("bus-reader").start(this::read);
    this.commander = Thread.ofVirtual().name("bus-commander").start(this::command);
  }

  @Override
  public void follow(Topic topic, TopicListener listener) {
    follow(topic.channel(), listener);
  }

  void follow(String channel, TopicListener listener) {
    followed.put(channel, new Followed(listener));
    wishes.add(new Wish(Verb.FOLLOW, channel));
  }

  @Override
  public void unfollow(Topic topic) {
    unfollow(topic.channel());
  }

  /// @return was it listened to?
  boolean unfollow(String channel) {
    Followed known = followed.remove(channel);
    wishes.add(new Wish(Verb.UNFOLLOW, channel));
    return known != null && known.listening;
  }

  @Override
  public boolean connected() {
    Session current = session;
    return current != null && current.isSubscribed();
  }

  @Override
  public void close() {
    closed = true;
    commander.interrupt();
    Session current = session;
    if (current != null) {
      current.drop();
    }
    reader.interrupt();
    try {
      reader.join(2_000);
      commander.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try (Connection connection = new Connection(address.hostAndPort(), address.config())) {
        connection.connect();
        Session current = new Session(connection);
        session = current;
        backoff.reset();
        current.proceed();
      } catch (JedisException e) {
        if (session != null && !closed) {
          LOG.log(System.Logger.Level.WARNING, "subscriber lost Redis at {0}: {1}", address, e);
        }
      }
      session = null;
      tellBroken();
      trouble.run();
      if (!closed && !backoff.pause()) {
        return;
      }
    }
  }

  private void tellBroken() {
    for (Followed one : followed.values()) {
      if (one.listening) {
        one.listening = false;
        one.listener.broken();
      }
    }
  }

  private void command() {
    List<Wish> batch = new ArrayList<>();
    while (!closed) {
      try {
        Wish first = wishes.poll(1, TimeUnit.SECONDS);
        batch.clear();
        if (first != null) {
          batch.add(first);
          wishes.drainTo(batch);
        }
        carryOut(batch);
      } catch (InterruptedException e) {
        return;
      } catch (JedisException e) {
        LOG.log(System.Logger.Level.DEBUG, "the reading thread will hear of it too", e);
      }
    }
  }

  /// Wishes made while there is no session need no command: a new session follows all.
  private void carryOut(List<Wish> batch) {
    Session current = session;
    if (current == null || !current.isSubscribed()) {
      return;
    }
    if (batch.isEmpty()) {
      current.checkAlive();
      return;
    }
    List<byte[]> run = new ArrayList<>();
    Verb verb = Verb.FOLLOW;
    for (Wish wish : batch) {
      if (wish.verb != verb || run.size() >= CHANNELS_IN_A_COMMAND) {
        current.send(verb, run);
        verb = wish.verb;
      }
      if (wish.verb == Verb.FOLLOW_ALL) {
        followed.keySet().forEach(channel -> run.add(channel.getBytes(UTF_8)));
        verb = Verb.FOLLOW;
      } else {
        run.add(wish.channel.getBytes(UTF_8));
      }
    }
    current.send(verb, run);
  }

  /// One connection's life.
  private final class Session implements Link.Ear {

    private final Connection connection;
    private final byte[] control = controls.get();
    private final Link link;
    private volatile long heard = System.nanoTime();

    Session(Connection connection) {
      this.connection = connection;
      this.link = links.open(this, control);
    }

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

    void send(Verb verb, List<byte[]> channels) {
      for (int from = 0; from < channels.size(); from += CHANNELS_IN_A_COMMAND) {
        int to = Math.min(from + CHANNELS_IN_A_COMMAND, channels.size());
        byte[][] part = channels.subList(from, to).toArray(byte[][]::new);
        if (verb == Verb.UNFOLLOW) {
          link.unfollow(part);
        } else {
          link.follow(part);
        }
      }
      channels.clear();
    }

    void checkAlive() {
      if (System.nanoTime() - heard > DEAF_NANOS) {
        drop();
      } else {
        link.ping();
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
        wishes.add(new Wish(Verb.FOLLOW_ALL, ""));
        return;
      }
      Followed one = followed.get(new String(channel, UTF_8));
      if (one != null && !one.listening) {
        one.listening = true;
        one.listener.begun(epochs.incrementAndGet());
      }
    }

    @Override
    public void unsubscribed(byte[] channel) {
      String name = new String(channel, UTF_8);
      Followed one = followed.get(name);
      if (one != null && one.listening) { // followed anew meanwhile, or not asked for
        one.listening = false;
        one.listener.broken();
        wishes.add(new Wish(Verb.FOLLOW, name));
        trouble.run();
      }
    }

    @Override
    public void message(byte[] channel, byte[] payload) {
      heard = System.nanoTime();
      Followed one = followed.get(new String(channel, UTF_8));
      if (one != null) {
        one.listener.event(payload);
      }
    }

    @Override
    public void sign() {
      heard = System.nanoTime();
    }
  }
}
