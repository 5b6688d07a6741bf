package parley.edge.engineio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A wheel of 100 ms slots that calls sessions back: one thread for all, and no object but a list
/// entry for each.
public final class Heartbeats implements AutoCloseable {

  private static final long TICK_MILLIS = 100;
  private static final int SLOTS = 1_024;

  /// Called by the wheel's thread; must not block.
  interface Beating {

    /// The time asked for has come.
    ///
    /// @return milliseconds until the next call; negative = no more
    long beat();
  }

  private record Entry(Beating target, long tick) {}

  private final List<List<Entry>> slots = new ArrayList<>(SLOTS);
  private final Thread thread;
  private volatile long tick;
  private volatile boolean closed;

  public Heartbeats() {
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new ArrayList<>(0));
    }
    this.thread = Thread.ofPlatform().daemon().name("heartbeats").unstarted(this::run);
    thread.start();
  }

  /// Calls `target` after a while, with the wheel's precision.
  void after(long millis, Beating target) {
    put(target, tick + Math.max(1, millis / TICK_MILLIS));
  }

  private void put(Beating target, long due) {
    List<Entry> slot = slots.get((int) (due % SLOTS));
    synchronized (slot) {
      slot.add(new Entry(target, due));
    }
  }

  private void run() {
    long start = System.nanoTime();
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / TICK_MILLIS;
        for (long next = tick + 1; next <= now; next++) {
          turn(next);
          tick = next;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn(long now) {
    List<Entry> slot = slots.get((int) (now % SLOTS));
    List<Entry> due = new ArrayList<>();
    synchronized (slot) {
      slot.removeIf(entry -> entry.tick <= now && due.add(entry));
    }
    for (Entry entry : due) {
      long next = entry.target.beat();
      if (next >= 0) {
        put(entry.target, now + Math.max(1, next / TICK_MILLIS));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
