package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.process.Backoff;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/// Publishes from one thread: whatever waits, up to 512 publications, goes out as one pipeline. Its
/// replies are read with the next one, or after 20 ms. What is unanswered when the connection fails
/// is sent once more on the next one, then dropped.
final class RedisPublisher implements BusPublisher {

  private static final System.Logger LOG = System.getLogger(RedisPublisher.class.getName());
  private static final int PIPELINE = 512;
  private static final long QUIET_MILLIS = 1_000;
  private static final long REPLY_MILLIS = 20;

  private record Publication(String channel, byte[] payload) {}

  /// Takes publications whose channel is another node's. Must not block.
  interface Elsewhere {
    boolean take(String channel, byte[] payload);
  }

  private final RedisAddress address;
  private final Command command;
  private final Elsewhere elsewhere;
  private final ArrayBlockingQueue<Publication> queue;
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  // The thread's:
  private final List<Publication> batch = new ArrayList<>(PIPELINE);
  private final ArrayDeque<Publication> unanswered = new ArrayDeque<>();
  private boolean triedBefore; // the thread's
  private volatile boolean connected;
  private volatile boolean closed;

  /// On a Redis alone.
  RedisPublisher(RedisAddress address, int capacity) {
    this(address, capacity, Command.PUBLISH, (channel, payload) -> false);
  }

  /// @param command PUBLISH or SPUBLISH
  /// @param elsewhere takes what does not belong here
  RedisPublisher(RedisAddress address, int capacity, Command command, Elsewhere elsewhere) {
    this.address = address;
    this.command = command;
    this.elsewhere = elsewhere;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.thread = Thread.ofVirtual().name("bus-publisher").unstarted(this::run);
    thread.start();
  }

  @Override
  public boolean publish(Topic topic, byte[] payload) {
    return publish(topic.channel(), payload);
  }

  boolean publish(String channel, byte[] payload) {
    if (queue.offer(new Publication(channel, payload))) {
      return true;
    }
    dropped.incrementAndGet();
    return false;
  }

  @Override
  public boolean connected() {
    return connected;
  }

  @Override
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try (Connection connection = new Connection(address.hostAndPort(), address.config())) {
        connection.connect();
        connected = true;
        backoff.reset();
        pump(connection);
      } catch (InterruptedException e) {
        return;
      } catch (JedisException e) {
        if (connected && !closed) {
          LOG.log(System.Logger.Level.WARNING, "publisher lost Redis at {0}: {1}", address, e);
        }
      }
      connected = false;
      if (!closed && !backoff.pause()) {
        return;
      }
    }
  }

  private void pump(Connection connection) throws InterruptedException {
    try {
      unanswered.forEach(publication -> send(connection, publication)); // what a connection before
      hear(connection, unanswered.size()); // this one left open
      while (!closed) {
        turn(connection);
        triedBefore = false;
      }
    } catch (JedisException e) {
      if (triedBefore) {
        dropped.addAndGet(unanswered.size());
        unanswered.clear();
      }
      triedBefore = !unanswered.isEmpty();
      throw e;
    }
  }

  /// Sends what waits, then hears what became of what was sent before: those replies are there by
  /// now, so that nobody is woken for them.
  private void turn(Connection connection) throws InterruptedException {
    int before = unanswered.size();
    Publication first =
        queue.poll(before == 0 ? QUIET_MILLIS : REPLY_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, PIPELINE - 1);
      unanswered.addAll(batch);
      batch.forEach(publication -> send(connection, publication));
      batch.clear();
    } else if (before == 0) {
      connection.sendCommand(Command.PING); // a quiet publisher still learns that Redis went away
      connection.getStatusCodeReply();
      return;
    }
    hear(connection, before);
  }

  private void send(Connection connection, Publication publication) {
    connection.sendCommand(command, publication.channel.getBytes(UTF_8), publication.payload);
  }

  /// Flushes, and reads the oldest replies.
  private void hear(Connection connection, int replies) {
    for (Object reply : connection.getMany(replies)) {
      heard(unanswered.remove(), reply);
    }
  }

  private void heard(Publication publication, @Nullable Object reply) {
    boolean moved =
        reply instanceof JedisMovedDataException
            && elsewhere.take(publication.channel, publication.payload);
    if (!moved && reply instanceof JedisException) {
      dropped.incrementAndGet();
    }
  }
}
