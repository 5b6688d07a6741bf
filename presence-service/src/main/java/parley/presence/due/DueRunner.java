package parley.presence.due;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import parley.process.redis.Batch;
import redis.clients.jedis.exceptions.JedisException;

/// Carries out what is due: looks ten times a second, on every node.
public final class DueRunner implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DueRunner.class.getName());
  private static final long LOOK_MILLIS = 100;

  /// Does one kind of work; a repeat must be harmless.
  public interface Work {

    /// @param words behind the kind
    /// @param batch for what Redis has to do
    void carryOut(List<String> words, Batch batch);
  }

  private final DueWork due;
  private final Map<String, Work> kinds;
  private final Thread thread = Thread.ofVirtual().name("due").unstarted(this::run);
  private volatile boolean closed;

  /// @param kinds by their first word
  public DueRunner(DueWork due, Map<String, Work> kinds) {
    this.due = due;
    this.kinds = Map.copyOf(kinds);
  }

  /// Begins.
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.sleep(look() ? 1 : LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return true when there may be more
  private boolean look() {
    try {
      List<DueWork.Claimed> claimed = due.claim();
      Batch batch = due.batch();
      claimed.forEach(one -> carryOut(one, batch));
      batch.carryOut();
      claimed.forEach(one -> due.finish(batch, one));
      batch.carryOut();
      return !claimed.isEmpty();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis failed; what is due waits", e);
      return false;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "due work failed, " + UUID.randomUUID(), e);
      return false;
    }
  }

  private void carryOut(DueWork.Claimed one, Batch batch) {
    Work work = kinds.get(one.words().getFirst());
    if (work != null) {
      work.carryOut(one.words().subList(1, one.words().size()), batch);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
