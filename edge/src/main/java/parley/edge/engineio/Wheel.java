package parley.edge.engineio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;

/// Timers of all sessions: a wheel of slots, one thread for all, and no object but a list entry for
/// each.
public final class Wheel implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Wheel.class.getName());
  private static final int SLOTS = 1_024;

  /// Called by the wheel's thread; must not block.
  public interface Timer {

    /// The time asked for has come.
    ///
    /// @param now {@link System#nanoTime}
    /// @return nanoseconds until the next call; negative = no more
    long due(long now);
  }

  /// A task that waits for its time. The wheel keeps it until then, cancelled or not, and so that
  /// it keeps nothing else, a cancelled one forgets its task.
  public static final class Once implements Timer {
    private volatile @Nullable Runnable task;

    private Once(Runnable task) {
      this.task = task;
    }

    /// It will not run, or has.
    public void cancel() {
      task = null;
    }

    @Override
    public long due(long now) {
      Runnable known = task;
      task = null;
      if (known != null) {
        known.run();
      }
      return -1;
    }
  }

  private record Entry(Timer timer, long tick) {}

  private final List<List<Entry>> slots = new ArrayList<>(SLOTS);
  private final long tickNanos;
  private final long start = System.nanoTime();
  private final Worker worker;
  private volatile long turned;

  /// @param tickMillis the precision: timers are late by so much at the most
  public Wheel(long tickMillis) {
    this.tickNanos = TimeUnit.MILLISECONDS.toNanos(tickMillis);
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new ArrayList<>(0));
    }
    this.worker = Worker.every("wheel", Duration.ofMillis(tickMillis), this::turnOn).start();
  }

  /// A wheel fit for these settings: no timer is late by more than a twenty-fifth of the shortest.
  public static Wheel of(EngineConfig.Heartbeat heartbeat) {
    long shortest = Math.min(heartbeat.interval().toMillis(), heartbeat.timeout().toMillis());
    return new Wheel(Math.clamp(shortest / 25, 4, 100));
  }

  /// Calls `timer` after a while.
  public void after(long nanos, Timer timer) {
    long due = System.nanoTime() - start + Math.max(nanos, 0);
    put(timer, Math.max((due + tickNanos - 1) / tickNanos, turned + 1));
  }

  /// Runs a short task once, after a while, unless it is cancelled.
  public Once once(long nanos, Runnable task) {
    Once once = new Once(task);
    after(nanos, once);
    return once;
  }

  /// A slot that was turned meanwhile would keep the timer for a whole round.
  private void put(Timer timer, long tick) {
    for (long at = tick; ; at = turned + 1) {
      List<Entry> slot = slots.get((int) (at % SLOTS));
      synchronized (slot) {
        if (at > turned) {
          slot.add(new Entry(timer, at));
          return;
        }
      }
    }
  }

  private void turnOn() {
    long now = (System.nanoTime() - start) / tickNanos;
    for (long next = turned + 1; next <= now; next++) {
      turn(next);
    }
  }

  private void turn(long tick) {
    List<Entry> slot = slots.get((int) (tick % SLOTS));
    List<Entry> due = new ArrayList<>();
    synchronized (slot) {
      turned = tick;
      slot.removeIf(entry -> entry.tick <= tick && due.add(entry));
    }
    for (Entry entry : due) {
      long next = call(entry.timer);
      if (next >= 0) {
        after(next, entry.timer);
      }
    }
  }

  private static long call(Timer timer) {
    try {
      return timer.due(System.nanoTime());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "timer failed, " + UUID.randomUUID(), e);
      return -1;
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
