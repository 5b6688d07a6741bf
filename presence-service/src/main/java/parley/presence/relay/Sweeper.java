package parley.presence.relay;

import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import redis.clients.jedis.exceptions.JedisException;

/// Keeps the leases of edges that have a stream here, and removes what dead edges left: those whose
/// lease ran out and which have no stream here. Waits for one lease after the start, so that edges
/// can come back first.
public final class Sweeper implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

  private final String node = UUID.randomUUID().toString();
  private final Roster roster;
  private final Presences presences;
  private final PresenceRelayService relay;
  private final long leaseMillis;
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().name("sweeper-", 0).factory());

  public Sweeper(Roster roster, Presences presences, PresenceRelayService relay, long leaseMillis) {
    this.roster = roster;
    this.presences = presences;
    this.relay = relay;
    this.leaseMillis = leaseMillis;
  }

  /// Begins.
  public void start() {
    long renew = Math.max(leaseMillis / 4, 50);
    var unusedRenewal =
        clock.scheduleWithFixedDelay(this::renew, renew, renew, TimeUnit.MILLISECONDS);
    var unusedSweep =
        clock.scheduleWithFixedDelay(
            this::sweep, leaseMillis, Math.max(leaseMillis / 2, 50), TimeUnit.MILLISECONDS);
  }

  private void renew() {
    try {
      relay.streams().forEach(EdgeStream::renewLease);
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis failed; leases are renewed with the next turn", e);
    }
  }

  private void sweep() {
    try {
      if (!roster.maySweep(node)) {
        return;
      }
      for (String edge : roster.edges()) {
        if (!roster.isAlive(edge) && !relay.serves(edge)) {
          LOG.log(System.Logger.Level.INFO, "edge {0} is gone; removing its connections", edge);
          presences.removeAll(edge);
        }
      }
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "Redis failed; swept with the next turn", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
