package parley.edge.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import parley.contract.UserId;
import redis.clients.jedis.UnifiedJedis;

/// Budgets in fixed windows. The count is Redis's, for the whole cluster; an edge leases a tenth of
/// a budget at a time, so that most events cost no round trip. Unused leases lapse with the window,
/// so a user on several edges may get a few events less than the budget, never more. Safe for any
/// thread; blocks when it has to lease.
public final class RateLimiter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());

  /// Budgets that are known here; of one that was forgotten a part is leased anew.
  private static final int MOST_REMEMBERED = 100_000;

  /// What is counted apart.
  public enum Kind {
    MESSAGES,
    OTHERS
  }

  /// Where leases come from.
  interface Source {

    /// @return fails when it cannot be asked
    CompletableFuture<Leases.Lease> lease(String key, int budget, int wanted, long windowMillis);
  }

  private record Key(UserId user, Kind kind) {}

  private final LimitConfig config;
  private final Source source;
  private final AutoCloseable closing;
  private final LongSupplier nanos;
  private final Cache<Key, Budget> budgets;

  public RateLimiter(LimitConfig config, UnifiedJedis redis) {
    this(config, new Leases(redis));
  }

  private RateLimiter(LimitConfig config, Leases leases) {
    this(config, leases::lease, leases, System::nanoTime);
  }

  /// @param nanos as {@link System#nanoTime}
  RateLimiter(LimitConfig config, Source source, AutoCloseable closing, LongSupplier nanos) {
    this.config = config;
    this.source = source;
    this.closing = closing;
    this.nanos = nanos;
    this.budgets =
        Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterAccess(config.window())
            .ticker(nanos::getAsLong)
            .build();
  }

  /// Takes one event from the user's budget.
  ///
  /// @return false when it is spent
  public boolean allow(UserId user, Kind kind) {
    if (!config.enabled()) {
      return true;
    }
    Budget budget = budgets.get(new Key(user, kind), k -> new Budget(config));
    while (true) {
      switch (budget.take(nanos.getAsLong())) {
        case TAKEN -> {
          return true;
        }
        case SPENT -> {
          return false;
        }
        case ASK -> {
          return ask(budget, user, kind);
        }
        case WAIT -> budget.await();
      }
    }
  }

  /// @return false when there is nothing left
  private boolean ask(Budget budget, UserId user, Kind kind) {
    int events = kind == Kind.MESSAGES ? config.messages() : config.others();
    long asked = nanos.getAsLong(); // or what is left of the window would seem to last longer
    String key = "rate:{" + user + "}:" + kind.name().toLowerCase(Locale.ROOT);
    try {
      Leases.Lease granted =
          source.lease(key, events, Math.max(1, events / 10), config.window().toMillis()).join();
      return budget.granted(granted, asked);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis cannot be asked", e);
      return budget.unknown(events, nanos.getAsLong());
    }
  }

  /// Budgets that are remembered.
  long remembered() {
    budgets.cleanUp();
    return budgets.estimatedSize();
  }

  /// Whoever waits for a lease is told as if Redis could not be asked.
  @Override
  public void close() {
    try {
      closing.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.DEBUG, "closing", e);
    }
  }
}
