package parley.edge.room;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.TopicListener;
import parley.process.RareWarning;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.LogPage;

/// A room that connections of this edge are in: an inbox of what concerns it, and whose turn it is
/// to work on that. How far it was delivered is the {@link RoomCursor}'s, and {@link Repair}'s what
/// is missing; who enters is {@link Entrants}', who is in, and delivery to them, {@link
/// Broadcast}'s, and what stands in no log {@link Passing}'s.
///
/// All state but the inbox belongs to the thread whose turn it is.
final class LocalRoom implements TopicListener {

  private static final System.Logger LOG = System.getLogger(LocalRoom.class.getName());
  private static final RareWarning STRANGE = new RareWarning(LOG);
  private static final int MOST_PUBLISHED = 8_192;
  private static final int SIGNALS_A_TURN = 64;

  private final RoomId id;
  private final LocalRooms rooms;
  private final RoomThreads threads;
  private final RoomPackets packets;

  private final ConcurrentLinkedQueue<Signal> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean overflowed;
  private volatile long emptySinceNanos = System.nanoTime();

  private final RoomCursor cursor = new RoomCursor();
  private final Broadcast broadcast;
  private final Entrants entrants;
  private final Passing passing;
  private final Repair repair;
  private volatile long delivered = RoomCursor.UNKNOWN; // written by the turn alone
  private boolean patienceTimed;

  LocalRoom(
      RoomId id, LocalRooms rooms, RoomThreads threads, RoomSource source, RoomPackets packets) {
    this.id = id;
    this.rooms = rooms;
    this.threads = threads;
    this.packets = packets;
    this.broadcast = new Broadcast(id);
    this.entrants = new Entrants(id, source, this::signal, cursor, broadcast);
    this.passing = new Passing(id, packets, threads, this::signal, broadcast);
    this.repair = new Repair(id, source, threads, this::signal, cursor);
  }

  RoomId id() {
    return id;
  }

  /// The last position delivered; negative while unknown.
  long cursor() {
    return delivered;
  }

  /// The last position that everybody in the room was offered: behind the cursor while a delivery
  /// is under way. Negative while unknown.
  long reached() {
    return broadcast.reached();
  }

  /// Nanoseconds since anybody was in the room; negative while somebody is.
  long emptyForNanos(long now) {
    long since = emptySinceNanos;
    return since == Long.MAX_VALUE ? -1 : now - since;
  }

  void signal(Signal signal) {
    inbox.add(signal);
    schedule();
  }

  /// Does nothing wait to be handled?
  boolean quiet() {
    return inbox.isEmpty();
  }

  /// By the bus's thread. What does not fit is a hole, found and filled.
  @Override
  public void event(byte[] payload) {
    if (published.incrementAndGet() > MOST_PUBLISHED) {
      published.decrementAndGet();
      overflowed = true;
      schedule();
      return;
    }
    signal(new Signal.Published(payload));
  }

  @Override
  public void begun(long epoch) {
    signal(new Signal.Ask());
  }

  @Override
  public void broken() {} // what core tells of heads keeps the room going

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      threads.ready(this);
    }
  }

  /// One turn: a slice of a delivery under way, or some signals.
  void turn() {
    if (overflowed) {
      overflowed = false;
      repair.follow(cursor.ask());
    }
    int budget = Broadcast.SLICE;
    for (int i = 0; i < SIGNALS_A_TURN && budget > 0; i++) {
      while (broadcast.busy() && budget > 0) {
        budget -= broadcast.slice(budget);
      }
      if (broadcast.busy()) {
        return;
      }
      Signal signal = inbox.poll();
      if (signal == null) {
        return;
      }
      handle(signal);
    }
  }

  /// Gives the turn back; asks for another when there is more to do.
  void afterTurn() {
    broadcast.rest(delivered);
    if (broadcast.busy() || !inbox.isEmpty()) {
      threads.ready(this);
      return;
    }
    scheduled.set(false);
    if (!inbox.isEmpty() || overflowed) {
      schedule();
    }
  }

  private void handle(Signal signal) {
    switch (signal) {
      case Signal.Published(byte[] payload) -> {
        published.decrementAndGet();
        publish(payload);
      }
      case Signal.Ask() -> repair.follow(cursor.ask());
      case Signal.Attach(Joining joining) -> attach(joining);
      case Signal.Detach(Occupant occupant) -> detach(occupant);
      case Signal.Fetched(LogPage page) -> fetched(page);
      case Signal.Answered(Entrant entrant, LogPage page) -> answered(entrant, page);
      case Signal.HeadTold(long seq) -> repair.follow(cursor.told(seq));
      case Signal.RepairDue() -> repair.follow(cursor.due());
      case Signal.PatienceOver() -> patienceOver();
      case Signal.TypingDue(String user) -> passing.typingDue(user);
      case Signal.Retire() -> retire();
    }
  }

  private void publish(byte[] payload) {
    BusEvent event;
    try {
      event = BusEvent.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      STRANGE.warn("no event of ours on the channel of room {0}", id);
      return;
    }
    if (event.hasRoomEvent()) {
      step(cursor.take(event.getRoomEvent()));
    } else {
      passing.told(event);
    }
  }

  /// Does what the cursor says.
  private void step(RoomCursor.Step step) {
    if (step.jumped()) {
      entrants.removals().begin(cursor.position());
      broadcast.dropAll();
      noteEmptiness();
    }
    for (RoomEvent event : step.events()) {
      deliver(event);
    }
    delivered = cursor.position();
    repair.follow(step.next());
    if (!entrants.isEmpty()) {
      repair.follow(entrants.proceed());
      noteEmptiness();
    }
  }

  private void deliver(RoomEvent event) {
    long seq = event.getSeq();
    if (event.hasMemberRemoved()) {
      UserId user = new UserId(event.getMemberRemoved().getUserId());
      entrants.removals().add(user, seq);
      broadcast.removed(user, seq);
      noteEmptiness();
    }
    Packet packet = encoded(event);
    if (packet != null) {
      entrants.hold(seq, packet);
      broadcast.begin(Delivery.logged(seq, packet));
    }
  }

  /// What cannot be encoded nobody can be told: that must not stop what follows.
  private @Nullable Packet encoded(RoomEvent event) {
    try {
      return packets.of(event);
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "room " + id + ", entry " + event.getSeq() + ", " + UUID.randomUUID(),
          e);
      return null;
    }
  }

  private void fetched(@Nullable LogPage page) {
    boolean first = !cursor.known();
    RoomCursor.Step step = cursor.fetched(page);
    if (first && cursor.known()) { // what was removed before nobody here has heard of
      entrants.removals().begin(cursor.position() - step.events().size());
    }
    step(step);
  }

  private void attach(Joining joining) {
    emptySinceNanos = Long.MAX_VALUE;
    repair.follow(entrants.arrive(joining));
    timePatience(TimeUnit.MILLISECONDS.toNanos(Entrants.PATIENCE_MILLIS));
    noteEmptiness();
  }

  private void answered(Entrant entrant, @Nullable LogPage page) {
    repair.follow(entrants.answered(entrant, page));
    noteEmptiness();
  }

  private void timePatience(long nanos) {
    if (!patienceTimed && !entrants.isEmpty()) {
      patienceTimed = true;
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
      threads.after(millis, () -> signal(new Signal.PatienceOver()));
    }
  }

  private void patienceOver() {
    patienceTimed = false;
    timePatience(entrants.expire(System.nanoTime()));
    noteEmptiness();
  }

  private void detach(Occupant occupant) {
    entrants.leave(occupant);
    broadcast.remove(occupant);
    noteEmptiness();
  }

  private void noteEmptiness() {
    if (!broadcast.isEmpty() || !entrants.isEmpty()) {
      emptySinceNanos = Long.MAX_VALUE;
    } else if (emptySinceNanos == Long.MAX_VALUE) {
      emptySinceNanos = System.nanoTime();
    }
  }

  private void retire() {
    if (broadcast.isEmpty() && entrants.isEmpty()) {
      rooms.forget(this);
    }
  }
}
