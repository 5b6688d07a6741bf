package parley.edge.room;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import parley.contract.RoomId;
import parley.process.Backoff;

/// What a room does about what it is missing: it waits a little for the bus, and asks core. For the
/// room's thread alone.
final class Repair {

  private static final System.Logger LOG = System.getLogger(Repair.class.getName());
  private static final long HOLE_MILLIS = 30;
  private static final long BUS_MILLIS = 300;
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(1);

  private final RoomId id;
  private final RoomSource source;
  private final RoomThreads threads;
  private final Consumer<Signal> inbox;
  private final RoomCursor cursor;
  private final Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY);
  private long retriedAt; // where the room stood

  /// @param inbox of the room: hears what was read, and when it is time
  Repair(
      RoomId id,
      RoomSource source,
      RoomThreads threads,
      Consumer<Signal> inbox,
      RoomCursor cursor) {
    this.id = id;
    this.source = source;
    this.threads = threads;
    this.inbox = inbox;
    this.cursor = cursor;
  }

  /// Does what the cursor wants.
  void follow(RoomCursor.Next next) {
    switch (next) {
      case NOTHING -> {}
      case FETCH -> fetch();
      case WAIT -> {
        long jitter = ThreadLocalRandom.current().nextLong(HOLE_MILLIS / 2);
        after(cursor.known() ? HOLE_MILLIS + jitter : BUS_MILLIS);
      }
      case RETRY -> after(retryMillis());
    }
  }

  /// What core does not have, it may never have: MongoDB can lose what was told.
  private long retryMillis() {
    if (cursor.position() != retriedAt) {
      retriedAt = cursor.position();
      backoff.reset();
    }
    return backoff.next().toMillis();
  }

  private void after(long millis) {
    threads.after(millis, () -> inbox.accept(new Signal.RepairDue()));
  }

  /// Asks core for what lies above the cursor; for the head alone while there is no cursor.
  private void fetch() {
    long since = Math.max(0, cursor.position());
    try {
      source.read(id, since, 0, cursor.limit(), page -> inbox.accept(new Signal.Fetched(page)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "room " + id + ", " + UUID.randomUUID(), e);
      inbox.accept(new Signal.Fetched(null));
    }
  }
}
