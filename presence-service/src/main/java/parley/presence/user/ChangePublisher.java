package parley.presence.user;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.process.Worker;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import redis.clients.jedis.exceptions.JedisException;

/// Tells all edges of changes: what comes while one publication is on its way goes out with the
/// next, so that a storm is told in batches. Offering never blocks; safe for any thread.
public final class ChangePublisher implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ChangePublisher.class.getName());
  private static final int WAITING = 100_000;
  private static final int IN_A_BATCH = 200;
  private static final long BEAT_MILLIS = 1_000;

  private final String node = UUID.randomUUID().toString();
  private long number; // the worker's

  private final RecentChanges recent;
  private final BusPublisher bus;
  private final Sightings sightings;
  private final BlockingQueue<PresenceChange> waiting = new LinkedBlockingQueue<>(WAITING);
  private final List<PresenceChange> unnoted = new ArrayList<>(); // the worker's
  private final Worker worker = Worker.thread("presence-changes", this::turn);

  public ChangePublisher(RecentChanges recent, BusPublisher bus, Sightings sightings) {
    this.recent = recent;
    this.bus = bus;
    this.sightings = sightings;
  }

  /// Begins.
  public void start() {
    worker.start();
  }

  /// Tells of a change.
  public void publish(PresenceChange change) {
    if (!waiting.offer(change)) {
      LOG.log(System.Logger.Level.WARNING, "too many changes; one is left to those who ask");
    }
  }

  private void turn() throws InterruptedException {
    List<PresenceChange> batch = new ArrayList<>();
    PresenceChange first = waiting.poll(BEAT_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      waiting.drainTo(batch, IN_A_BATCH - 1);
    }
    tell(batch);
  }

  private void tell(List<PresenceChange> batch) {
    note(batch);
    PresenceChanges changes =
        PresenceChanges.newBuilder()
            .addAllChanges(batch)
            .setNodeId(node)
            .setNumber(++number)
            .build();
    bus.publish(new Topic.All(), BusEvent.newBuilder().setPresence(changes).build().toByteArray());
    batch.forEach(sightings::note);
  }

  /// What Redis does not take now it is given with the next turn: who misses what is told now asks
  /// for it later.
  private void note(List<PresenceChange> batch) {
    unnoted.addAll(batch);
    if (unnoted.isEmpty()) {
      return;
    }
    try {
      recent.remember(unnoted);
      unnoted.clear();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "changes are noted later", e);
      unnoted.subList(0, Math.max(0, unnoted.size() - WAITING)).clear();
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
