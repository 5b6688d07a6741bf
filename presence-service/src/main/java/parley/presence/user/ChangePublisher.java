package parley.presence.user;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.contract.UserId;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.process.RareWarning;
import parley.process.Worker;
import parley.process.redis.Batch;
import parley.proto.bus.BusEvent;
import parley.proto.bus.PresenceChanges;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;
import redis.clients.jedis.exceptions.JedisException;

/// Tells all edges of changes: what comes while one publication is on its way goes out with the
/// next, so that a storm is told in batches. Offering never blocks; safe for any thread.
///
/// The script that makes a change makes it due, too, that it is told; what was told is taken off
/// that list. So a change whose node ends first, or which could not be noted, is told by whichever
/// node finds it due. Some are told twice, with the same version, by which edges know them.
public final class ChangePublisher implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ChangePublisher.class.getName());
  private static final RareWarning LEFT_OUT = new RareWarning(LOG);
  private static final int WAITING = 100_000;
  private static final int IN_A_BATCH = 200;
  private static final long BEAT_MILLIS = 1_000;

  /// More than a claim lasts: what is put off by so much is not taken for the work that is done.
  private static final long AGAIN_MILLIS = 6_000;

  private final String node = UUID.randomUUID().toString();
  private long number; // the worker's

  private final UserPresences users;
  private final RecentChanges recent;
  private final DueWork due;
  private final BusPublisher bus;
  private final Sightings sightings;
  private final BlockingQueue<PresenceChange> waiting = new LinkedBlockingQueue<>(WAITING);
  private final Worker worker = Worker.thread("presence-changes", this::turn);

  public ChangePublisher(
      UserPresences users,
      RecentChanges recent,
      DueWork due,
      BusPublisher bus,
      Sightings sightings) {
    this.users = users;
    this.recent = recent;
    this.due = due;
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
      LEFT_OUT.warn("too many changes; one is told later");
    }
  }

  /// Due: tells of a change that may not have been told. It stays due until it is; a newer one of
  /// the user is due by itself.
  ///
  /// @param untold user and version
  public void tellAgain(DueWork.Claimed untold, Batch batch) {
    String user = untold.words().get(0);
    String version = untold.words().get(1);
    due.schedule(batch, AGAIN_MILLIS, UserPresences.TELL, user, version);
    Supplier<PresenceChange> present = users.changeOf(batch, new UserId(user));
    batch.then(
        next -> {
          if (present.get().getPresence().getVersion() == Long.parseLong(version)) {
            publish(present.get());
          } else {
            due.cancel(next, UserPresences.TELL, user, version);
          }
        });
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
    boolean noted = note(batch);
    PresenceChanges changes =
        PresenceChanges.newBuilder()
            .addAllChanges(batch)
            .setNodeId(node)
            .setNumber(++number)
            .build();
    bus.publish(new Topic.All(), BusEvent.newBuilder().setPresence(changes).build().toByteArray());
    batch.forEach(sightings::note);
    if (noted) {
      told(batch);
    }
  }

  /// What Redis does not take now is told now, and noted when it is due: who misses it now asks for
  /// it later.
  private boolean note(List<PresenceChange> batch) {
    if (batch.isEmpty()) {
      return true;
    }
    try {
      recent.remember(batch);
      return true;
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "changes are noted later", e);
      return false;
    }
  }

  private void told(List<PresenceChange> batch) {
    Batch done = due.batch();
    for (PresenceChange change : batch) {
      UserPresence told = change.getPresence();
      due.cancel(done, UserPresences.TELL, told.getUserId(), Long.toString(told.getVersion()));
    }
    try {
      done.carryOut();
    } catch (JedisException e) {
      LOG.log(System.Logger.Level.DEBUG, "changes are told once more", e);
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
