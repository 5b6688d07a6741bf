package parley.presence.relay;

import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.presence.roster.Presences;
import parley.presence.roster.Roster;
import parley.presence.user.UserPresences;
import redis.clients.jedis.exceptions.JedisException;

/// Keeps the leases of edges that have a stream here, and removes what dead edges left: those whose
/// lease ran out and which have no stream here. Sweeps only while Redis has answered without a
/// break for longer than a lease: when it was away, leases ran out without anybody's fault, and
/// edges get the time to renew them.
public final class Sweeper implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

  private final String node = UUID.randomUUID().toString();
  private final Roster roster;
  private final Presences presences;
  private final PresenceRelayService relay;
  private final UserPresences users;
  private final long leaseMillis;
  private final long renewKeysMillis;
  private volatile long healthySinceNanos = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().name("sweeper-", 0).factory());

  /// @param keyTtlMillis of the keys of connected users
  public Sweeper(
      Roster roster,
      Presences presences,
      UserPresences users,
      PresenceRelayService relay,
      long leaseMillis,
      long keyTtlMillis) {
    this.roster = roster;
    this.presences = presences;
    this.users = users;
    this.relay = relay;
    this.leaseMillis = leaseMillis;
    this.renewKeysMillis = Math.max(keyTtlMillis / 4, 1_000);
  }

  /// Begins.
  public void start() {
    every(Math.max(leaseMillis / 4, 50), this::renew);
    every(Math.max(leaseMillis / 10, 50), this::sweep);
    every(renewKeysMillis, this::renewKeys);
    every(1_000, presences::refreshInvisible);
  }

  private void every(long millis, Runnable task) {
    var unused =
        clock.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (JedisException e) {
                healthySinceNanos = System.nanoTime();
                LOG.log(System.Logger.Level.DEBUG, "Redis failed; the next turn goes on", e);
              } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "sweeper failed, " + UUID.randomUUID(), e);
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private void renew() {
    relay.streams().forEach(EdgeStream::renewLease);
  }

  /// A key without a change would expire under a user who stays.
  private void renewKeys() {
    for (EdgeStream stream : relay.streams()) {
      String edge = stream.edge();
      if (edge != null) {
        users.renew(roster.connectionsOf(edge).values());
      }
    }
  }

  private void sweep() {
    boolean may = roster.maySweep(node); // asked in any case: it tells whether Redis answers
    long healthy = System.nanoTime() - healthySinceNanos;
    if (!may || healthy < TimeUnit.MILLISECONDS.toNanos(leaseMillis)) {
      return;
    }
    for (String edge : roster.edges()) {
      if (!roster.isAlive(edge) && !relay.serves(edge)) {
        LOG.log(System.Logger.Level.INFO, "edge {0} is gone; removing its connections", edge);
        presences.removeAll(edge);
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
