package parley.edge.engineio;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The few virtual threads that write for all outboxes. An outbox with something to send waits in
/// one of two fair queues; a drainer writes one batch of it and, when more is left, puts it back at
/// the end. What only few are to get goes before what very many get, but for one turn in eight. A
/// drainer stuck in a write to a client that does not read, for 5 ms, is replaced, so that such
/// clients hold up nobody.
public final class Drainers implements AutoCloseable {

  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /// The two queues. An outbox can have a place in both, of which it knows the one that counts.
  enum Lane {
    FEW,
    MANY
  }

  private static final int TURNS_OF_FEW = 7;

  /// For so long a drainer goes on before others have their turn: giving way may wake a thread,
  /// which costs as much as several writes.
  private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private record Waiting(Outbox outbox, Lane lane) {}

  private final Queue<Outbox> few = new ConcurrentLinkedQueue<>();
  private final Queue<Outbox> many = new ConcurrentLinkedQueue<>();
  private final Semaphore waiting = new Semaphore(0);
  private final Set<Drainer> active = ConcurrentHashMap.newKeySet();
  private final int count;
  private final Thread watchdog;
  private volatile boolean closed;

  /// @param count drainers while none is stuck
  public Drainers(int count) {
    this.count = count;
    for (int i = 0; i < count; i++) {
      new Drainer().start();
    }
    this.watchdog = Thread.ofPlatform().daemon().name("drainer-watchdog").unstarted(this::watch);
    watchdog.start();
  }

  /// The outbox has something to send. It must not be ready twice at once in one lane.
  void ready(Outbox outbox, Lane lane) {
    (lane == Lane.FEW ? few : many).add(outbox);
    waiting.release();
  }

  /// For whoever has a permit.
  private Waiting take(boolean manyFirst) {
    while (true) { // there is one, but somebody else may get it, and leave another
      Outbox first = (manyFirst ? many : few).poll();
      if (first != null) {
        return new Waiting(first, manyFirst ? Lane.MANY : Lane.FEW);
      }
      Outbox second = (manyFirst ? few : many).poll();
      if (second != null) {
        return new Waiting(second, manyFirst ? Lane.FEW : Lane.MANY);
      }
    }
  }

  private void watch() {
    try {
      while (!closed) {
        TimeUnit.NANOSECONDS.sleep(STUCK_NANOS);
        if (waiting.availablePermits() > 0) {
          replaceStuck();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void replaceStuck() {
    long now = System.nanoTime();
    long working = active.stream().filter(d -> !d.isStuck(now)).count();
    for (long i = working; i < count; i++) {
      new Drainer().start();
    }
  }

  @Override
  public void close() {
    closed = true;
    watchdog.interrupt();
    active.forEach(Drainer::stop);
  }

  private final class Drainer implements Runnable {

    private final Thread thread = Thread.ofVirtual().name("drainer").unstarted(this);
    private volatile long writingSince;

    void start() {
      active.add(this);
      thread.start();
    }

    void stop() {
      thread.interrupt();
    }

    boolean isStuck(long now) {
      long since = writingSince;
      return since != 0 && now - since > STUCK_NANOS;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // virtual threads give way only of their own accord
    public void run() {
      int turns = 0;
      long since = System.nanoTime();
      try {
        while (!closed && !isSurplus()) {
          if (!waiting.tryAcquire()) {
            waiting.acquire();
            since = System.nanoTime();
          }
          Waiting next = take(turns++ % (TURNS_OF_FEW + 1) == TURNS_OF_FEW);
          long now = System.nanoTime();
          writingSince = now;
          Lane more = next.outbox.drainOnce(next.lane);
          writingSince = 0;
          if (more != null) {
            ready(next.outbox, more);
          }
          if (now - since > STRETCH_NANOS) {
            Thread.yield(); // else nothing is read while there is something to write
            since = System.nanoTime();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        active.remove(this);
      }
    }

    /// Stands in for stuck drainers that are back at work.
    private boolean isSurplus() {
      if (active.size() <= count) {
        return false;
      }
      long now = System.nanoTime();
      synchronized (active) {
        long working = active.stream().filter(d -> !d.isStuck(now)).count();
        return working > count && active.remove(this);
      }
    }
  }
}
