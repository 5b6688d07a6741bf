package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.process.Backoff;
import parley.process.Worker;
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
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration LONGEST_END = Duration.ofSeconds(2);
  private static final long REPLY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private record Publication(String channel, byte[] payload) {}

  /// Not a publication: asks whether this is the master still. Once a second, so that a quiet
  /// publisher learns too that Redis went away.
  private static final Publication PROBE = new Publication("", new byte[0]);

  /// Takes publications whose channel is another node's. Must not block.
  interface Elsewhere {
    boolean take(String channel, byte[] payload);
  }

  private final RedisAddress address;
  private final Command command;
  private final Elsewhere elsewhere;
  private final ArrayBlockingQueue<Publication> queue;
  private final Worker worker = Worker.thread("bus-publisher", this::run);
  // The worker's:
  private final Backoff backoff = new Backoff();
  private final List<Publication> batch = new ArrayList<>(PIPELINE);
  private final ArrayDeque<Publication> unanswered = new ArrayDeque<>();
  private boolean triedBefore;
  private long probeAt = System.nanoTime() + QUIET_NANOS;
  private volatile boolean connected;

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
    worker.start();
  }

  @Override
  public boolean publish(Topic topic, byte[] payload) {
    return publish(topic.channel(), payload);
  }

  boolean publish(String channel, byte[] payload) {
    return queue.offer(new Publication(channel, payload));
  }

  @Override
  public boolean connected() {
    return connected;
  }

  @Override
  public void close() {
    worker.close();
    var unused = worker.end(LONGEST_END);
  }

  /// One connection, until it breaks, and the wait for the next one.
  private void run() throws InterruptedException {
    try (Connection connection = new Connection(address.hostAndPort(), address.config())) {
      connection.connect();
      connected = true;
      backoff.reset();
      pump(connection);
    } catch (JedisException e) {
      if (connected && worker.alive()) {
        LOG.log(System.Logger.Level.WARNING, "publisher lost Redis at {0}: {1}", address, e);
      }
    } finally {
      connected = false;
    }
    TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
  }

  private void pump(Connection connection) throws InterruptedException {
    try {
      unanswered.forEach(publication -> send(connection, publication)); // what a connection before
      hear(connection, unanswered.size()); // this one left open
      while (true) {
        turn(connection);
        triedBefore = false;
      }
    } catch (JedisException e) {
      unanswered.remove(PROBE);
      if (triedBefore) {
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
    long probeIn = probeAt - System.nanoTime();
    long patience = before == 0 ? probeIn : Math.min(probeIn, REPLY_NANOS);
    Publication first = queue.poll(patience, TimeUnit.NANOSECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, PIPELINE - 1);
    }
    if (probeAt - System.nanoTime() <= 0) {
      probeAt = System.nanoTime() + QUIET_NANOS;
      batch.add(PROBE);
    }
    unanswered.addAll(batch);
    try {
      batch.forEach(publication -> send(connection, publication));
    } finally {
      batch.clear(); // what could not be sent is among what is unanswered
    }
    hear(connection, before);
  }

  @SuppressWarnings("ReferenceEquality") // there is one probe
  private void send(Connection connection, Publication publication) {
    if (publication != PROBE) {
      connection.sendCommand(command, publication.channel.getBytes(UTF_8), publication.payload);
    } else if (command == Command.PUBLISH) {
      MasterProbe.send(connection);
    } else {
      connection.sendCommand(Command.PING); // in a cluster whoever is no master says MOVED
    }
  }

  /// Flushes, and reads the oldest replies.
  private void hear(Connection connection, int replies) {
    for (Object reply : connection.getMany(replies)) {
      heard(unanswered.remove(), reply);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private void heard(Publication publication, @Nullable Object reply) {
    if (publication == PROBE) {
      MasterProbe.heard(reply);
      return;
    }
    if (reply instanceof JedisMovedDataException) {
      var unused = elsewhere.take(publication.channel, publication.payload);
    }
  }
}
