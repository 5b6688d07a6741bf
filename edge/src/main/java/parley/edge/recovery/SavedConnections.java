package parley.edge.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.proto.recovery.SavedConnection;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/// Connections in Redis, by their pid, so that any edge can continue them.
///
/// Saving never blocks: one thread writes what waits, the latest of each connection. What Redis
/// refuses (memory that is full, a replica) or does not answer is not saved, and written again
/// after a while; one connection's fault is no other's.
public final class SavedConnections implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(SavedConnections.class.getName());
  private static final LuaScript SCRIPT = new LuaScript("save_connection.lua");

  /// Stands for what is not to be there any more.
  private static final SavedConnection NOTHING =
      SavedConnection.newBuilder().setGeneration(-1).build();

  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_MILLIS = 250;

  /// How long the entry of a live connection lasts; every change of its rooms renews it, and a
  /// round twice a day.
  private static final Duration LASTING = Duration.ofHours(24);

  private static final Duration RENEWED = LASTING.dividedBy(2);

  /// The connections that this edge has now.
  public interface Lasting {

    /// Those that can be continued.
    Collection<String> pids();

    /// Saves one of them again, if it is there still. Must not block.
    void saveAgain(String pid);

    /// Another edge has continued it: what this one says of it is not saved any more. Must not
    /// block.
    void taken(String pid);
  }

  private final UnifiedJedis redis;
  private final String edge;
  private final RecoveryConfig config;
  private final SaveQueue queue = new SaveQueue();
  private final EdgeMark mark;
  private final Worker worker = Worker.thread("saved-connections", this::turn);
  // The worker's:
  private @Nullable Lasting lasting;
  private @Nullable Renewals renewals;
  private long beatAt = System.nanoTime();
  private boolean refused;

  public SavedConnections(UnifiedJedis redis, String edgeId, RecoveryConfig config) {
    this.redis = redis;
    this.edge = edgeId;
    this.config = config;
    this.mark = new EdgeMark(redis, edgeId, config.keep());
  }

  /// Begins to write.
  ///
  /// @param connections are saved again when Redis has lost them, and twice a day; asked by the
  ///     writer
  public void start(Lasting connections) {
    start(connections, RENEWED);
  }

  void start(Lasting connections, Duration renewed) {
    lasting = connections;
    renewals = new Renewals(renewed, connections::pids, System.nanoTime());
    if (config.enabled()) {
      worker.start();
    }
  }

  /// What may be asked for.
  public RecoveryConfig config() {
    return config;
  }

  /// Is the writer at work?
  public boolean alive() {
    return !config.enabled() || worker.alive();
  }

  /// Saves a connection soon.
  ///
  /// @param now what there is to be saved when its turn comes; must not block
  public void save(String pid, Supplier<SavedConnection> now, SaveListener... listeners) {
    SaveQueue.Save save = new SaveQueue.Save(now, new LinkedHashSet<>(List.of(listeners)));
    if (!queue.add(pid, save)) {
      tell(save.listeners(), SaveListener::notSaved);
    }
  }

  /// Forgets a connection soon, behind whatever is being written of it.
  public void forget(String pid) {
    tell(queue.remove(pid), SaveListener::notSaved);
    save(pid, () -> NOTHING);
  }

  /// What is saved of a connection. Blocks on Redis.
  ///
  /// @return null when there is nothing, or Redis cannot be asked
  public @Nullable SavedConnection find(String pid) {
    byte[] key = RecoveryKeys.connection(pid).getBytes(UTF_8);
    try {
      byte[] found = asked(() -> redis.hget(key, RecoveryKeys.DATA));
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
      long left = asked(() -> redis.pttl(RecoveryKeys.edge(edge)));
      return left < 0 ? Long.MAX_VALUE : config.keep().toMillis() - left;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "an edge cannot be looked up", e);
      return Long.MAX_VALUE;
    }
  }

  /// A connection to a Redis that has been restarted since is noticed when it is used: that must
  /// not cost a client its recovery.
  private static <T extends @Nullable Object> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (JedisConnectionException e) {
      LOG.log(System.Logger.Level.DEBUG, "asked again", e);
      return question.get();
    }
  }

  /// Waits until what is to be saved is, or the time is over.
  public void flush(long millis) {
    queue.flush(millis);
  }

  private void turn() throws InterruptedException {
    if (System.nanoTime() - beatAt >= 0) {
      beatAt = System.nanoTime() + BEAT_NANOS;
      beat();
    }
    Map<String, SaveQueue.Save> batch = queue.take(beatAt - System.nanoTime());
    Map<String, SaveQueue.Save> again = batch; // whatever happens to this turn
    try {
      again = batch.isEmpty() ? Map.of() : write(batch);
    } finally {
      queue.written(again);
    }
    if (!again.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
  }

  private void beat() {
    if (mark.beat()) {
      saveAll();
    }
    Objects.requireNonNull(renewals).due(System.nanoTime()).forEach(this::saveAgain);
  }

  private void saveAll() {
    LOG.log(System.Logger.Level.INFO, "Redis has lost what was saved; all is saved again");
    List.copyOf(lasting().pids()).forEach(this::saveAgain);
  }

  /// Those for whom the worker was started.
  private Lasting lasting() {
    return Objects.requireNonNull(lasting);
  }

  private static void tell(Collection<SaveListener> all, Consumer<SaveListener> verdict) {
    all.forEach(one -> guarded("who saves a connection", () -> verdict.accept(one)));
  }

  private void saveAgain(String pid) {
    guarded("a connection cannot be saved again", () -> lasting().saveAgain(pid));
  }

  /// @return what has to be written again
  private Map<String, SaveQueue.Save> write(Map<String, SaveQueue.Save> batch) {
    Map<String, SavedConnection> values = new LinkedHashMap<>();
    Map<String, SaveQueue.Save> again = new LinkedHashMap<>(batch);
    batch.forEach(
        (pid, one) -> {
          guarded("a connection is not saved", () -> values.put(pid, one.now().get()));
          if (!values.containsKey(pid)) {
            again.remove(pid);
            tell(one.listeners(), SaveListener::notSaved);
          }
        });
    Batch commands = new Batch(redis);
    Map<String, Supplier<?>> answers = new LinkedHashMap<>();
    values.forEach((pid, value) -> answers.put(pid, put(commands, pid, value)));
    Supplier<String> before = mark.put(commands);
    try {
      commands.carryOutSingly();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "saved a little later", e);
      return again;
    }
    answers.forEach(
        (pid, answer) -> {
          if (isDone(answer)) {
            SaveQueue.Save done = again.remove(pid);
            boolean forgotten = NOTHING.equals(values.get(pid));
            boolean others = !forgotten && Long.valueOf(0).equals(answer.get());
            if (others) {
              guarded("a connection that was taken", () -> lasting().taken(pid));
            }
            if (forgotten || others) {
              tell(done.listeners(), SaveListener::notSaved);
            } else {
              tell(done.listeners(), SaveListener::saved);
            }
          }
        });
    if (mark.lostSome(before)) {
      saveAll();
    }
    return again;
  }

  private Supplier<?> put(Batch commands, String pid, SavedConnection connection) {
    if (NOTHING.equals(connection)) {
      return commands.add(pipeline -> pipeline.del(RecoveryKeys.connection(pid)));
    }
    Duration keep = connection.getEnded() ? config.keep() : LASTING;
    return commands.call(
        SCRIPT,
        List.of(RecoveryKeys.connection(pid)),
        List.of(
            Long.toString(connection.getGeneration()),
            connection.toByteArray(),
            Long.toString(keep.toMillis()),
            RecoveryKeys.GENERATION,
            RecoveryKeys.DATA,
            RecoveryKeys.EDGE,
            edge));
  }

  /// Refusals are told once, until one is none.
  private boolean isDone(Supplier<?> answer) {
    try {
      var unused = answer.get();
      refused = false;
      return true;
    } catch (JedisException e) {
      if (!refused) {
        LOG.log(
            System.Logger.Level.WARNING, "Redis refuses to save connections: {0}", e.toString());
        refused = true;
      }
      return false;
    }
  }

  private static void guarded(String what, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, what + ", " + UUID.randomUUID(), e);
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
