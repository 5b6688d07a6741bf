package parley.presence.due;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import parley.process.Worker;
import parley.process.redis.Batch;
import redis.clients.jedis.exceptions.JedisException;

/// Carries out what is due: looks ten times a second, on every node. What fails is no hindrance to
/// the rest: it is due again after 5 s, and after twice as long with every further failure, up to
/// 40 s. What is of a kind that this node does not know (a newer node's) is left to others.
public final class DueRunner implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DueRunner.class.getName());
  private static final long LOOK_MILLIS = 100;
  private static final long AGAIN_MILLIS = 5_000;
  private static final int MOST_DOUBLINGS = 3;
  private static final int MOST_REMEMBERED = 10_000;
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  /// Does one kind of work; a repeat must be harmless.
  public interface Work {

    /// @param due what was scheduled; it may be cancelled before the batch is carried out
    /// @param batch for what Redis has to do
    void carryOut(DueWork.Claimed due, Batch batch);
  }

  private final DueWork due;
  private final Map<String, Work> kinds;
  private final Worker worker = Worker.thread("due", this::turn).within(LONGEST_LOOK);
  private final Map<String, Integer> failures = new HashMap<>(); // the worker's

  /// @param kinds by their first word
  public DueRunner(DueWork due, Map<String, Work> kinds) {
    this.due = due;
    this.kinds = Map.copyOf(kinds);
  }

  /// Begins.
  public void start() {
    worker.start();
  }

  private void turn() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(look() ? 1 : LOOK_MILLIS);
  }

  /// @return true when there may be more
  private boolean look() {
    try {
      List<DueWork.Claimed> claimed = due.claim(kinds.keySet());
      if (!claimed.isEmpty()) {
        carryOut(claimed);
      }
      return !claimed.isEmpty();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis failed; what is due waits", e);
      return false;
    }
  }

  private void carryOut(List<DueWork.Claimed> claimed) {
    Batch batch = due.batch();
    Map<Object, RuntimeException> failed = new HashMap<>();
    for (DueWork.Claimed one : claimed) {
      batch.causedBy(one);
      try {
        work(one).carryOut(one, batch);
      } catch (RuntimeException e) {
        failed.put(one, e);
      }
    }
    failed.putAll(batch.carryOutEach());
    log(failed);
    for (DueWork.Claimed one : claimed) {
      if (failed.containsKey(one)) {
        due.putOff(batch, one, again(one));
      } else {
        failures.remove(one.member());
        due.finish(batch, one);
      }
    }
    batch.carryOut();
  }

  private Work work(DueWork.Claimed one) {
    Work work = kinds.get(one.kind());
    if (work == null) {
      throw new IllegalStateException("claimed without being asked for: " + one.member());
    }
    return work;
  }

  private long again(DueWork.Claimed one) {
    if (failures.size() >= MOST_REMEMBERED) {
      failures.clear();
    }
    int before = failures.merge(one.member(), 1, Integer::sum) - 1;
    return AGAIN_MILLIS << Math.min(before, MOST_DOUBLINGS);
  }

  private static void log(Map<Object, RuntimeException> failed) {
    if (!failed.isEmpty()) {
      LOG.log(
          System.Logger.Level.ERROR,
          failed.size() + " due works failed, to be tried again, " + UUID.randomUUID(),
          failed.values().iterator().next());
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
