package parley.edge.recovery;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import parley.proto.recovery.SavedConnection;

/// What waits to be saved: the latest of each connection, 100,000 connections at most. Added by any
/// thread, taken by one; nothing blocks but what says so.
final class SaveQueue {

  private static final int MOST_WAITING = 100_000;
  private static final int MOST_LISTENERS = 32;
  private static final int BATCH = 256;

  /// @param now what there is to be saved
  /// @param listeners hear once whether it is
  record Save(Supplier<SavedConnection> now, Set<SaveListener> listeners) {

    Save after(Save before) {
      if (before.listeners.isEmpty()) {
        return this;
      }
      Set<SaveListener> all = new LinkedHashSet<>(before.listeners);
      all.addAll(listeners);
      return new Save(now, all);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Save> waiting = new LinkedHashMap<>(); // guarded by the lock
  private boolean writing; // guarded by the lock

  /// Takes the place of what waits of the same connection.
  ///
  /// @return false when its listeners will hear nothing of it: it is one too many, or they are
  boolean add(String pid, Save save) {
    lock.lock();
    try {
      Save before = waiting.get(pid);
      if (before == null && waiting.size() >= MOST_WAITING) {
        return false;
      }
      boolean many = before != null && before.listeners.size() >= MOST_LISTENERS;
      Save heard = many ? new Save(save.now, Set.of()) : save;
      waiting.put(pid, before == null ? heard : heard.after(before));
      changed.signalAll();
      return !many;
    } finally {
      lock.unlock();
    }
  }

  /// @return who waited
  Set<SaveListener> remove(String pid) {
    lock.lock();
    try {
      Save waited = waiting.remove(pid);
      return waited == null ? Set.of() : waited.listeners;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the oldest, up to 256. Waits for one, for so long at most.
  Map<String, Save> take(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      Map<String, Save> batch = new LinkedHashMap<>();
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

  /// What was taken is dealt with.
  ///
  /// @param again could not be written, and waits again unless there is something newer
  void written(Map<String, Save> again) {
    lock.lock();
    try {
      again.forEach((pid, one) -> waiting.merge(pid, one, (newer, older) -> newer.after(older)));
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nothing waits, or the time is over.
  void flush(long millis) {
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
}
