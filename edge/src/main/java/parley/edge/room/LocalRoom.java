package parley.edge.room;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserStoppedTyping;
import parley.proto.bus.UserTyping;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.User;
import parley.proto.relay.LogPage;

/// A room that connections of this edge are in: an inbox of what concerns it, and whose turn it is
/// to work on that. How far it was delivered is the {@link RoomCursor}'s, who enters is {@link
/// Entrants}', who is in, and delivery to them, {@link Broadcast}'s.
///
/// All state but the inbox belongs to the thread whose turn it is.
final class LocalRoom implements TopicListener {

  private static final System.Logger LOG = System.getLogger(LocalRoom.class.getName());
  private static final int MOST_PUBLISHED = 8_192;
  private static final int SIGNALS_A_TURN = 64;
  private static final long HOLE_MILLIS = 30;
  private static final long BUS_MILLIS = 300;
  private static final long RETRY_MILLIS = 250;

  private final RoomId id;
  private final LocalRooms rooms;
  private final RoomThreads threads;
  private final RoomSource source;
  private final RoomPackets packets;

  private final ConcurrentLinkedQueue<Signal> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean overflowed;
  private volatile long emptySinceNanos = System.nanoTime();

  private final RoomCursor cursor = new RoomCursor();
  private final Broadcast broadcast;
  private final Entrants entrants;
  private final TypingEcho typing = new TypingEcho();
  private volatile long delivered = RoomCursor.UNKNOWN; // written by the turn alone
  private boolean patienceTimed;

  LocalRoom(
      RoomId id, LocalRooms rooms, RoomThreads threads, RoomSource source, RoomPackets packets) {
    this.id = id;
    this.rooms = rooms;
    this.threads = threads;
    this.source = source;
    this.packets = packets;
    this.broadcast = new Broadcast(id);
    this.entrants = new Entrants(id, source, this::signal, cursor, broadcast);
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
    signal(new Signal.Begun());
  }

  @Override
  public void broken() {
    signal(new Signal.Broken());
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      threads.ready(this);
    }
  }

  /// One turn: a slice of a delivery under way, or some signals.
  void turn() {
    if (overflowed) {
      overflowed = false;
      follow(cursor.ask());
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
      case Signal.Begun() -> follow(cursor.ask());
      case Signal.Ask() -> follow(cursor.ask());
      case Signal.Broken() -> {} // what core tells of heads keeps the room going
      case Signal.Attach(Joining joining) -> attach(joining);
      case Signal.Detach(Occupant occupant) -> detach(occupant);
      case Signal.Fetched(LogPage page) -> fetched(page);
      case Signal.Answered(Entrant entrant, LogPage page) -> answered(entrant, page);
      case Signal.HeadTold(long seq) -> follow(cursor.told(seq));
      case Signal.RepairDue() -> follow(cursor.due());
      case Signal.PatienceOver() -> patienceOver();
      case Signal.TypingDue(String user) -> typingDue(user);
      case Signal.Retire() -> retire();
    }
  }

  private void publish(byte[] payload) {
    BusEvent event;
    try {
      event = BusEvent.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      LOG.log(System.Logger.Level.WARNING, "no event of ours on the channel of room {0}", id);
      return;
    }
    switch (event.getKindCase()) {
      case ROOM_EVENT -> step(cursor.take(event.getRoomEvent()));
      case USER_JOINED ->
          deliver(packets.userJoined(event.getUserJoined()), user(event.getUserJoined().getUser()));
      case USER_LEFT -> deliver(packets.userLeft(event.getUserLeft()), null);
      case TYPING -> typing(event.getTyping());
      case STOPPED_TYPING -> stoppedTyping(event.getStoppedTyping());
      case ROOM_COUNT -> deliver(packets.presence().count(event.getRoomCount()), null);
      case READ ->
          deliver(
              packets.presence().read(event.getRead()),
              new Except.Connection(event.getRead().getConnectionId()));
      case PRESENCE, USER_FEED, CONNECTION_TAKEN -> {} // not on a room's channel
      case KIND_NOT_SET -> {}
    }
  }

  private static Except user(User user) {
    return new Except.User(new UserId(user.getId()));
  }

  private void typing(UserTyping told) {
    String user = told.getUser().getId();
    if (typing.started(user, told.getLastsMs(), System.nanoTime())) {
      deliver(packets.presence().typing(told), user(told.getUser()));
    }
    threads.after(
        TypingEcho.patienceMillis(told.getLastsMs()), () -> signal(new Signal.TypingDue(user)));
  }

  private void stoppedTyping(UserStoppedTyping stopped) {
    if (typing.stopped(stopped.getUserId())) {
      deliver(
          packets.presence().stoppedTyping(stopped),
          new Except.User(new UserId(stopped.getUserId())));
    }
  }

  private void typingDue(String user) {
    if (typing.expired(user, System.nanoTime())) {
      UserStoppedTyping stopped =
          UserStoppedTyping.newBuilder().setRoomId(id.value()).setUserId(user).build();
      deliver(packets.presence().stoppedTyping(stopped), new Except.User(new UserId(user)));
    }
  }

  private void deliver(Packet packet, @Nullable Except except) {
    broadcast.begin(Delivery.ephemeral(packet, except));
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
    follow(step.next());
    if (!entrants.isEmpty()) {
      follow(entrants.proceed());
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

  private void follow(RoomCursor.Next next) {
    switch (next) {
      case NOTHING -> {}
      case FETCH -> fetch();
      case WAIT -> {
        long jitter = ThreadLocalRandom.current().nextLong(HOLE_MILLIS / 2);
        repairAfter(cursor.known() ? HOLE_MILLIS + jitter : BUS_MILLIS);
      }
      case RETRY -> repairAfter(RETRY_MILLIS);
    }
  }

  private void repairAfter(long millis) {
    threads.after(millis, () -> signal(new Signal.RepairDue()));
  }

  /// Asks core for what lies above the cursor; for the head alone while there is no cursor.
  private void fetch() {
    long since = Math.max(0, cursor.position());
    try {
      source.read(id, since, 0, cursor.limit(), page -> signal(new Signal.Fetched(page)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "room " + id + ", " + UUID.randomUUID(), e);
      signal(new Signal.Fetched(null));
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
    follow(entrants.arrive(joining));
    timePatience(TimeUnit.MILLISECONDS.toNanos(Entrants.PATIENCE_MILLIS));
    noteEmptiness();
  }

  private void answered(Entrant entrant, @Nullable LogPage page) {
    follow(entrants.answered(entrant, page));
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
