package parley.edge.recovery;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.proto.recovery.SavedConnection;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// Connections in Redis, by their pid: `recovery:{pid}`, a hash of `g` (generation: a later one is
/// never overwritten by an earlier one) and `d` (a SavedConnection). And `recovery-edge:{edgeId}`,
/// which lives while the edge does and for as long after as its connections can be continued.
///
/// Saving never blocks: one thread writes what waits, the latest of each connection, and tries
/// again while Redis is away.
public final class SavedConnections implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(SavedConnections.class.getName());
  private static final int MOST_WAITING = 100_000;
  private static final int BATCH = 256;
  private static final long BEAT_MILLIS = 1_000;
  private static final long RETRY_MILLIS = 250;

  /// Of a connection that lasts: it is written anew by every change, and twice a day.
  private static final long LASTING_MILLIS = TimeUnit.HOURS.toMillis(24);

  /// @param now what there is to be saved
  /// @param saved to run when it is
  private record Waiting(Supplier<SavedConnection> now, List<Runnable> saved) {

    Waiting after(@Nullable Waiting before) {
      if (before == null || before.saved.isEmpty()) {
        return this;
      }
      List<Runnable> all = new ArrayList<>(before.saved);
      all.addAll(saved);
      return new Waiting(now, all);
    }
  }

  private final UnifiedJedis redis;
  private final String edgeId;
  private final RecoveryConfig config;
  private final byte[] script = source();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Thread writer;
  private boolean writing; // guarded by the lock
  private Runnable lost = () -> {};
  private boolean beaten; // the writer's: the edge's key was there
  private volatile boolean closed;

  public SavedConnections(UnifiedJedis redis, String edgeId, RecoveryConfig config) {
    this.redis = redis;
    this.edgeId = edgeId;
    this.config = config;
    this.writer = Thread.ofVirtual().name("saved-connections").unstarted(this::write);
  }

  /// Begins to write.
  ///
  /// @param saveAll saves every connection again: Redis has lost them. By the writer; must not
  /// block
  public void start(Runnable saveAll) {
    lost = saveAll;
    if (config.enabled()) {
      writer.start();
    }
  }

  /// What may be asked for.
  public RecoveryConfig config() {
    return config;
  }

  /// Saves a connection soon.
  ///
  /// @param now what there is to be saved when its turn comes; must not block
  /// @param saved runs when that is in Redis; must not block
  public void save(String pid, Supplier<SavedConnection> now, Runnable... saved) {
    lock.lock();
    try {
      if (waiting.size() < MOST_WAITING || waiting.containsKey(pid)) {
        waiting.put(pid, new Waiting(now, List.of(saved)).after(waiting.get(pid)));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Forgets a connection whose client said goodbye. Blocks on Redis.
  public void forget(String pid) {
    lock.lock();
    try {
      waiting.remove(pid);
    } finally {
      lock.unlock();
    }
    try {
      redis.del(key(pid));
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "it is forgotten by itself", e);
    }
  }

  /// What is saved of a connection. Blocks on Redis.
  ///
  /// @return null when there is nothing, or Redis cannot be asked
  public @Nullable SavedConnection find(String pid) {
    try {
      byte[] found = redis.hget(key(pid).getBytes(StandardCharsets.UTF_8), DATA);
      return found == null ? null : SavedConnection.parseFrom(found);
    } catch (JedisException | InvalidProtocolBufferException e) {
      LOG.log(System.Logger.Level.DEBUG, "a connection cannot be looked up", e);
      return null;
    }
  }

  /// How long ago an edge was last heard of, in milliseconds; {@link Long#MAX_VALUE} when longer
  /// than connections are kept. Blocks on Redis.
  public long silentMillis(String edge) {
    try {
      long left = redis.pttl(edgeKey(edge));
      return left < 0 ? Long.MAX_VALUE : config.keep().toMillis() - left;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "an edge cannot be looked up", e);
      return Long.MAX_VALUE;
    }
  }

  /// Waits until what is to be saved is, or the time is over.
  public void flush(long millis) {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while ((!waiting.isEmpty() || writing) && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    long beatAt = System.nanoTime();
    try {
      while (!closed) {
        if (System.nanoTime() - beatAt >= 0) {
          beat();
          beatAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BEAT_MILLIS);
        }
        Map<String, Waiting> batch = take(beatAt - System.nanoTime());
        boolean done = batch.isEmpty() || write(batch);
        written(done ? Map.of() : batch);
        if (!done) {
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Waiting> take(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      Map<String, Waiting> batch = new LinkedHashMap<>();
      var each = waiting.entrySet().iterator();
      while (each.hasNext() && batch.size() < BATCH) {
        var one = each.next();
        batch.put(one.getKey(), one.getValue());
        each.remove();
      }
      writing = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// What could not be written waits again, unless there is something newer.
  private void written(Map<String, Waiting> again) {
    lock.lock();
    try {
      again.forEach((pid, one) -> waiting.merge(pid, one, (newer, older) -> newer.after(older)));
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean write(Map<String, Waiting> batch) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      batch.forEach((pid, one) -> write(pipeline, pid, one.now.get()));
      pipeline.sync();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "saved a little later", e);
      return false;
    }
    batch.values().forEach(one -> one.saved.forEach(Runnable::run));
    return true;
  }

  private void write(AbstractPipeline pipeline, String pid, SavedConnection connection) {
    long keep = connection.getEnded() ? config.keep().toMillis() : LASTING_MILLIS;
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(ascii(Long.toString(connection.getGeneration())));
    arguments.add(connection.toByteArray());
    arguments.add(ascii(Long.toString(keep)));
    var unused = pipeline.eval(script, List.of(ascii(key(pid))), arguments);
  }

  private void beat() {
    try {
      String before =
          redis.setGet(edgeKey(edgeId), edgeId, SetParams.setParams().px(config.keep().toMillis()));
      if (before == null && beaten) {
        lost.run();
      }
      beaten = true;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "the next beat may succeed", e);
    }
  }

  private static final byte[] DATA = ascii("d");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String key(String pid) {
    return "recovery:{" + pid + "}";
  }

  private static String edgeKey(String edge) {
    return "recovery-edge:{" + edge + "}";
  }

  private static byte[] source() {
    try (InputStream in =
        SavedConnections.class.getResourceAsStream("/redis/save_connection.lua")) {
      if (in == null) {
        throw new IllegalStateException("save_connection.lua is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
  }
}
