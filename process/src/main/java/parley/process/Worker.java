package parley.process;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A thread that takes one turn after another for as long as its owner lives.
///
/// What a turn throws is logged with a correlation id, and the next turn comes after a back-off of
/// 50 ms to 3 s. An {@link Error} ends the process ({@link ServiceProcess#fatal}). The thread ends
/// at {@link #close}, at {@link #end}, or when it is interrupted, and at nothing else. A turn deals
/// itself with failures that it expects (a store that is away): they are no news to anybody.
///
/// Health asks {@link #failing}, which looks at all of the process.
public final class Worker implements AutoCloseable {

  /// What the thread does again and again.
  public interface Turn {

    /// One turn; may block.
    ///
    /// @throws InterruptedException when the thread was interrupted: it ends
    void take() throws InterruptedException;
  }

  private static final System.Logger LOG = System.getLogger(Worker.class.getName());

  /// Started, and not told to end.
  private static final Set<Worker> EXPECTED = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Turn turn;
  private final Duration period;
  private final Backoff backoff = new Backoff();
  private final Thread thread;
  private final Consumer<Throwable> fatal;
  private Duration first;
  private @Nullable Duration limit;
  private volatile boolean ending;

  /// {@link System#nanoTime} at which the present turn began; null between turns.
  private volatile @Nullable Long began;

  Worker(
      String name, Duration period, Turn turn, Thread.Builder threads, Consumer<Throwable> fatal) {
    this.name = name;
    this.turn = turn;
    this.period = period;
    this.first = period;
    this.fatal = fatal;
    this.thread = threads.name(name).unstarted(this::run);
  }

  /// A virtual thread whose next turn begins as soon as the last one ended; such a turn waits for
  /// its work itself (a blocking queue). Not started.
  public static Worker thread(String name, Turn turn) {
    return new Worker(name, Duration.ZERO, turn, Thread.ofVirtual(), ServiceProcess::fatal);
  }

  /// As {@link #thread}, on a platform thread (a daemon): for work that must go on when virtual
  /// threads keep all processors busy, or that blocks without freeing its carrier.
  public static Worker platformThread(String name, Turn turn) {
    return new Worker(
        name, Duration.ZERO, turn, Thread.ofPlatform().daemon(), ServiceProcess::fatal);
  }

  /// Periodic work on a platform thread (a daemon): a turn, `period` after the end of the last one;
  /// the first, `period` after the start. Not started.
  public static Worker every(String name, Duration period, Turn turn) {
    return new Worker(name, period, turn, Thread.ofPlatform().daemon(), ServiceProcess::fatal);
  }

  /// The first turn comes so long after the start. Before {@link #start} only.
  public Worker first(Duration delay) {
    this.first = delay;
    return this;
  }

  /// A turn that takes longer counts as stuck ({@link #alive}). Without it none does: a turn may
  /// wait for work without end. Before {@link #start} only.
  public Worker within(Duration limit) {
    this.limit = limit;
    return this;
  }

  /// Begins; once.
  public Worker start() {
    EXPECTED.add(this);
    thread.start();
    return this;
  }

  /// True from {@link #start} until the thread ends or is told to, unless its present turn takes
  /// longer than it may ({@link #within}).
  public boolean alive() {
    Long since = began;
    Duration most = limit;
    boolean stuck = since != null && most != null && System.nanoTime() - since > most.toNanos();
    return thread.isAlive() && !ending && !stuck;
  }

  /// The names of this process's workers that were started, were not told to end, and are dead, or
  /// stuck in a turn ({@link #within}). Empty in a healthy process.
  public static List<String> failing() {
    return EXPECTED.stream()
        .filter(worker -> !worker.alive() && !worker.ending)
        .map(Worker::name)
        .sorted()
        .toList();
  }

  /// How many are looked after; for tests.
  static int expected() {
    return EXPECTED.size();
  }

  /// The thread's name.
  public String name() {
    return name;
  }

  /// Takes no further turn and interrupts the present one. Returns at once. A turn may call it to
  /// be the last one.
  @Override
  public void close() {
    ending = true;
    EXPECTED.remove(this);
    thread.interrupt();
  }

  /// Takes no further turn, lets the present one finish, and interrupts it when that takes longer
  /// than `most`. A thread that waits between two turns ends at once. Blocks until then.
  ///
  /// @return true when the thread is over
  public boolean end(Duration most) {
    EXPECTED.remove(this);
    synchronized (this) {
      ending = true;
      if (began == null) {
        thread.interrupt();
      }
    }
    try {
      if (thread.getState() == Thread.State.NEW || thread.join(most)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    return false;
  }

  private void run() {
    try {
      Thread.sleep(first);
      while (!ending) {
        Duration pause = taken();
        if (!ending && pause.isPositive()) {
          Thread.sleep(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable error) {
      fatal.accept(error);
    } finally {
      if (ending) {
        EXPECTED.remove(this); // it may have been told before it was started
      }
    }
  }

  /// @return how long to wait for the next turn
  private Duration taken() throws InterruptedException {
    synchronized (this) {
      if (ending) {
        return Duration.ZERO;
      }
      began = System.nanoTime();
    }
    try {
      turn.take();
      if (Thread.interrupted()) {
        throw new InterruptedException(name);
      }
      backoff.reset();
      return period;
    } catch (RuntimeException e) {
      return failed(e);
    } finally {
      began = null;
    }
  }

  /// Who is closed in the middle of a turn fails of it: that is no fault.
  private Duration failed(RuntimeException e) throws InterruptedException {
    if (ending || Thread.interrupted()) {
      throw new InterruptedException(name);
    }
    LOG.log(System.Logger.Level.ERROR, name + " failed and goes on, " + UUID.randomUUID(), e);
    Duration pause = backoff.next();
    return pause.compareTo(period) > 0 ? pause : period;
  }
}
