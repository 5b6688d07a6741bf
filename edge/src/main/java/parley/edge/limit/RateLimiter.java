package parley.edge.limit;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import parley.contract.UserId;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/// Budgets in fixed windows. The count is Redis's, for the whole cluster; an edge leases a tenth of
/// a budget at a time, so that most events cost no round trip. Unused leases lapse with the window,
/// so a user on several edges may get a few events less than the budget, never more. Safe for any
/// thread; blocks when it has to lease.
public final class RateLimiter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(RateLimiter.class.getName());
  private static final int MOST_REMEMBERED = 100_000;
  private static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(5);

  /// What is counted apart.
  public enum Kind {
    MESSAGES,
    OTHERS
  }

  private record Key(UserId user, Kind kind) {}

  /// What is left of a lease; guarded by itself.
  private static final class Lease {
    int left;
    long endsAtMillis;
    boolean spent;
  }

  private final LimitConfig config;
  private final Leases redis;
  private final Map<Key, Lease> leases = new ConcurrentHashMap<>();

  public RateLimiter(LimitConfig config, UnifiedJedis redis) {
    this.config = config;
    this.redis = new Leases(redis);
  }

  /// Takes one event from the user's budget.
  ///
  /// @return false when it is spent
  public boolean allow(UserId user, Kind kind) {
    if (!config.enabled()) {
      return true;
    }
    if (leases.size() > MOST_REMEMBERED) {
      forgetEnded();
    }
    Lease lease = leases.computeIfAbsent(new Key(user, kind), k -> new Lease());
    synchronized (lease) {
      long now = System.currentTimeMillis();
      boolean current = now < lease.endsAtMillis;
      if (current && lease.left > 0) {
        lease.left--;
        return true;
      }
      return !(current && lease.spent) && renew(lease, user, kind, now);
    }
  }

  private boolean renew(Lease lease, UserId user, Kind kind, long now) {
    int budget = kind == Kind.MESSAGES ? config.messages() : config.others();
    int wanted = Math.max(1, budget / 10);
    try {
      Leases.Lease granted =
          redis.lease(
              "rate:{" + user + "}:" + kind.name().toLowerCase(java.util.Locale.ROOT),
              budget,
              wanted,
              config.window().toMillis());
      lease.left = granted.events() - 1;
      lease.endsAtMillis = now + granted.leftMillis();
      lease.spent = granted.events() == 0;
      return granted.events() > 0;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis cannot be asked", e);
      lease.left = config.failOpen() ? budget : 0; // Redis is asked again after a while
      lease.spent = !config.failOpen();
      lease.endsAtMillis = now + PAUSE_MILLIS;
      return config.failOpen();
    }
  }

  private void forgetEnded() {
    long now = System.currentTimeMillis();
    for (Iterator<Lease> each = leases.values().iterator(); each.hasNext(); ) {
      Lease lease = each.next();
      synchronized (lease) {
        if (now >= lease.endsAtMillis) {
          each.remove();
        }
      }
    }
  }

  /// Whoever waits for a lease is told as if Redis could not be asked.
  @Override
  public void close() {
    redis.close();
  }
}
