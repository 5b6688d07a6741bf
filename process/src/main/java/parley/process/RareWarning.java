package parley.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A warning that can come as often as there are rooms, requests or tries, while a store is away:
/// the first is logged at once, then one in ten seconds, with the number of those that were left
/// out. Safe for any thread; never blocks.
public final class RareWarning {

  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final System.Logger log;
  private final LongSupplier clock;
  private final AtomicLong nextAt;
  private final AtomicLong leftOut = new AtomicLong();

  public RareWarning(System.Logger log) {
    this(log, System::nanoTime);
  }

  /// @param clock nanoseconds, as {@link System#nanoTime}
  RareWarning(System.Logger log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
    this.nextAt = new AtomicLong(clock.getAsLong());
  }

  /// @param format as {@link System.Logger} takes it
  public void warn(String format, Object... parameters) {
    long now = clock.getAsLong();
    long due = nextAt.get();
    if (now - due < 0 || !nextAt.compareAndSet(due, now + PERIOD_NANOS)) {
      leftOut.incrementAndGet();
      return;
    }
    long others = leftOut.getAndSet(0);
    String told = others == 0 ? format : format + " (and " + others + " more like this before)";
    log.log(System.Logger.Level.WARNING, told, parameters);
  }
}
