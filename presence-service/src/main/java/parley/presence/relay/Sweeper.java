package parley.presence.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import parley.contract.EdgeId;
import parley.presence.due.DueWork;
import parley.presence.roster.EdgeAudit;
import parley.presence.roster.EdgeSnapshot;
import parley.presence.roster.Roster;
import parley.presence.user.Invisible;
import parley.presence.user.UserPresences;
import parley.process.Worker;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/// Keeps the leases of edges that have a stream here, and removes what dead edges left: those whose
/// lease ran out and which have no stream here. Sweeps only while Redis has answered without a
/// break for longer than a lease: when it was away, leases ran out without anybody's fault, and
/// edges get the time to renew them. Has an edge tell all again when Redis has lost keys of it.
public final class Sweeper implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_AUDIT = Duration.ofSeconds(30);

  /// An edge that has told all, and whose keys are still missing, is left alone for so long.
  private static final long LEFT_ALONE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final String node = UUID.randomUUID().toString();
  private final Roster roster;
  private final EdgeSnapshot snapshots;
  private final UserPresences users;
  private final DueWork due;
  private final PresenceRelayService relay;
  private final long leaseMillis;
  private final Map<EdgeId, EdgeAudit> audits = new HashMap<>(); // the auditor's
  private final Map<EdgeId, Long> toldAgain = new HashMap<>(); // the auditor's
  private final List<Worker> workers;
  private volatile long healthySinceNanos = System.nanoTime();

  /// @param keyTtlMillis of the keys of connected users
  public Sweeper(
      Roster roster,
      EdgeSnapshot snapshots,
      UserPresences users,
      DueWork due,
      Invisible invisible,
      PresenceRelayService relay,
      long leaseMillis,
      long keyTtlMillis) {
    this.roster = roster;
    this.snapshots = snapshots;
    this.users = users;
    this.due = due;
    this.relay = relay;
    this.leaseMillis = leaseMillis;
    Duration audit = Duration.ofMillis(Math.max(keyTtlMillis / 4, 1_000));
    this.workers =
        List.of(
            every("lease-renewal", Duration.ofMillis(Math.max(leaseMillis / 4, 50)), this::renew),
            every("sweeper", Duration.ofMillis(Math.max(leaseMillis / 10, 50)), this::sweep),
            every(
                "presence-audit",
                audit.compareTo(LONGEST_AUDIT) < 0 ? audit : LONGEST_AUDIT,
                this::audit),
            every("invisible", LOOK, invisible::refresh));
  }

  /// Begins.
  public void start() {
    workers.forEach(Worker::start);
  }

  private Worker every(String name, Duration period, Runnable task) {
    return Worker.every(
        name,
        period,
        () -> {
          try {
            task.run();
          } catch (JedisException e) {
            healthySinceNanos = System.nanoTime();
            LOG.log(System.Logger.Level.DEBUG, "Redis failed; the next turn goes on", e);
          }
        });
  }

  private void renew() {
    relay.streams().forEach(EdgeStream::renewLease);
  }

  /// A key without a change would expire under a user who stays.
  private void audit() {
    Map<EdgeId, EdgeStream> streams = new HashMap<>();
    for (EdgeStream stream : relay.streams()) {
      EdgeId edge = stream.edge();
      if (edge != null) {
        streams.put(edge, stream);
      }
    }
    audits.keySet().retainAll(streams.keySet());
    toldAgain.values().removeIf(at -> System.nanoTime() - at > LEFT_ALONE_NANOS);
    streams.forEach(this::audit);
  }

  private void audit(EdgeId edge, EdgeStream stream) {
    boolean lost = audits.computeIfAbsent(edge, e -> new EdgeAudit(e, roster, users, due)).isLost();
    if (lost && toldAgain.putIfAbsent(edge, System.nanoTime()) == null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Redis has lost keys of edge {0}, which tells all again; is maxmemory-policy noeviction?",
          edge);
      stream.end("Redis has lost keys");
    }
  }

  private void sweep() {
    boolean may = roster.maySweep(node); // asked in any case: it tells whether Redis answers
    long healthy = System.nanoTime() - healthySinceNanos;
    if (!may || healthy < TimeUnit.MILLISECONDS.toNanos(leaseMillis)) {
      return;
    }
    for (EdgeId edge : roster.edges()) {
      if (!roster.isAlive(edge) && !relay.serves(edge)) {
        LOG.log(System.Logger.Level.INFO, "edge {0} is gone; removing its connections", edge);
        remove(edge);
      }
    }
  }

  /// One that cannot be removed is in no other's way.
  private void remove(EdgeId edge) {
    try {
      snapshots.removeAll(edge);
    } catch (JedisDataException e) {
      LOG.log(
          System.Logger.Level.ERROR, "edge " + edge + " is not removed, " + UUID.randomUUID(), e);
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
