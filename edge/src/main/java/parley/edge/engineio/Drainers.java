package parley.edge.engineio;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The few virtual threads that write for all outboxes. An outbox with something to send waits in a
/// fair queue; a drainer writes one batch of it and, when more is left, puts it back at the end. A
/// drainer stuck in a write to a client that does not read, for 5 ms, is replaced, so that such
/// clients hold up nobody.
public final class Drainers implements AutoCloseable {

  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final LinkedBlockingQueue<Outbox> ready = new LinkedBlockingQueue<>();
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

  /// The outbox has something to send. It must not be ready twice at once.
  void ready(Outbox outbox) {
    ready.add(outbox);
  }

  private void watch() {
    try {
      while (!closed) {
        TimeUnit.NANOSECONDS.sleep(STUCK_NANOS);
        if (!ready.isEmpty()) {
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
    public void run() {
      try {
        while (!closed && !isSurplus()) {
          Outbox outbox = ready.take();
          writingSince = System.nanoTime();
          boolean more = outbox.drainOnce();
          writingSince = 0;
          if (more) {
            ready.add(outbox);
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
