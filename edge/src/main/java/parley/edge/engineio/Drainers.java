package parley.edge.engineio;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;

/// The few virtual threads that write for all outboxes. An outbox with something to send waits in
/// one of two fair queues (it may have a place in both, and ignores the one that is out of date); a
/// drainer writes one batch of it and, when more is left, puts it back at
/// the end. What only few are to get goes before what very many get, but for one turn in eight. A
/// drainer stuck in a write to a client that does not read, for 5 ms, is replaced, so that such
/// clients hold up nobody.
public final class Drainers implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Drainers.class.getName());
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int TURNS_OF_DIRECT = 7;

  /// For so long a drainer goes on before others have their turn: giving way may wake a thread,
  /// which costs as much as several writes.
  private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private record Waiting(Outbox outbox, Priority priority) {}

  private final Queue<Outbox> direct = new ConcurrentLinkedQueue<>();
  private final Queue<Outbox> bulk = new ConcurrentLinkedQueue<>();
  private final Semaphore waiting = new Semaphore(0);
  private final Set<Drainer> active = ConcurrentHashMap.newKeySet();
  private final AtomicInteger surplus = new AtomicInteger(); // drainers that are to end
  private final int count;
  private final Worker watchdog;
  private volatile boolean closed;

  /// @param count drainers while none is stuck
  public Drainers(int count) {
    this.count = count;
    for (int i = 0; i < count; i++) {
      new Drainer().start();
    }
    this.watchdog =
        Worker.every("drainer-watchdog", Duration.ofNanos(STUCK_NANOS), this::watch).start();
  }

  /// The outbox has something to send. It must not be ready twice at once in one queue.
  void ready(Outbox outbox, Priority priority) {
    (priority == Priority.DIRECT ? direct : bulk).add(outbox);
    waiting.release();
  }

  /// For whoever has a permit.
  private Waiting take(boolean bulkFirst) {
    while (true) { // there is one, but somebody else may get it, and leave another
      Outbox first = (bulkFirst ? bulk : direct).poll();
      if (first != null) {
        return new Waiting(first, bulkFirst ? Priority.BULK : Priority.DIRECT);
      }
      Outbox second = (bulkFirst ? direct : bulk).poll();
      if (second != null) {
        return new Waiting(second, bulkFirst ? Priority.DIRECT : Priority.BULK);
      }
    }
  }

  /// Counts for all: drainers that counted would do so at every batch.
  private void watch() {
    if (active.size() <= count) {
      surplus.set(0);
      if (waiting.availablePermits() == 0) {
        return;
      }
    }
    long now = System.nanoTime();
    int working = 0;
    for (Drainer drainer : active) {
      working += drainer.isStuck(now) ? 0 : 1;
    }
    surplus.set(Math.max(0, working - count));
    for (int i = working; i < count && !closed; i++) {
      new Drainer().start();
    }
  }

  /// How many there are now, with those that are stuck; for tests.
  int active() {
    return active.size();
  }

  @Override
  public void close() {
    closed = true;
    watchdog.close();
    active.forEach(Drainer::stop);
  }

  private final class Drainer {

    private final Worker worker = Worker.thread("drainer", this::drain);
    private volatile long writingSince;

    void start() {
      active.add(this);
      worker.start();
    }

    void stop() {
      worker.close();
    }

    boolean isStuck(long now) {
      long since = writingSince;
      return since != 0 && now - since > STUCK_NANOS;
    }

    /// The only turn, unless something fails: it ends when the drainer is one too many.
    private void drain() throws InterruptedException {
      try {
        drainWhileWanted();
        active.remove(this);
        worker.close();
      } finally {
        writingSince = 0;
      }
    }

    @SuppressWarnings("ThreadPriorityCheck") // virtual threads give way only of their own accord
    private void drainWhileWanted() throws InterruptedException {
      int turns = 0;
      long since = System.nanoTime();
      while (!closed && !isSurplus()) {
        if (!waiting.tryAcquire()) {
          waiting.acquire();
          since = System.nanoTime();
        }
        Waiting next = take(turns++ % (TURNS_OF_DIRECT + 1) == TURNS_OF_DIRECT);
        long now = System.nanoTime();
        writingSince = now;
        Priority more = drained(next);
        writingSince = 0;
        if (more != null) {
          ready(next.outbox, more);
        }
        if (now - since > STRETCH_NANOS) {
          Thread.yield(); // else nothing is read while there is something to write
          since = System.nanoTime();
        }
      }
    }

    /// What fails besides writing is a fault of ours: its client goes, and nobody else is hurt.
    private @Nullable Priority drained(Waiting next) {
      try {
        return next.outbox.drainOnce(next.priority);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "a write failed, " + UUID.randomUUID(), e);
        next.outbox.drop();
        return null;
      }
    }

    /// Stands in for stuck drainers that are back at work.
    private boolean isSurplus() {
      return surplus.get() > 0 && surplus.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }
  }
}
