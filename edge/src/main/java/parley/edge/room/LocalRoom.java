package parley.edge.room;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
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

/// A room that connections of this edge are in. It has one cursor, the last position delivered, and
/// delivers every position once, in order: what the bus repeats is dropped, what it skipped is
/// fetched from core before anything later is delivered, and a new stretch of listening begins with
/// a question to core. While the bus is away, core's word of the room's head does its work.
///
/// All state but the inbox belongs to the thread whose turn it is.
final class LocalRoom implements TopicListener {

  private static final System.Logger LOG = System.getLogger(LocalRoom.class.getName());
  private static final int MOST_PUBLISHED = 8_192;
  private static final int MOST_HELD = 256;
  private static final int SLICE = 256;
  private static final int SIGNALS_A_TURN = 64;
  private static final int REPAIR_PAGE = 256;
  private static final int MISSED_PAGE = 200;
  private static final long REPAIR_WAIT_MILLIS = 30;
  private static final long RETRY_MILLIS = 250;
  private static final long BUS_WAIT_MILLIS = 300;
  private static final long TYPING_SLACK_MILLIS = 1_000;
  private static final long UNKNOWN = -1;

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

  private final Roster roster = new Roster();
  private final Typists typists = new Typists();
  private final TreeMap<Long, RoomEvent> held = new TreeMap<>();
  private final List<Joining> waiting = new ArrayList<>();
  private final List<Catching> catching = new ArrayList<>();
  private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
  private volatile long cursor = UNKNOWN; // written by the turn alone
  private volatile long reached = UNKNOWN; // written by the turn alone
  private long toldHead;

  private boolean fetching;
  private boolean repairScheduled;
  private boolean retired;

  LocalRoom(
      RoomId id, LocalRooms rooms, RoomThreads threads, RoomSource source, RoomPackets packets) {
    this.id = id;
    this.rooms = rooms;
    this.threads = threads;
    this.source = source;
    this.packets = packets;
  }

  RoomId id() {
    return id;
  }

  /// The last position delivered; negative while unknown.
  long cursor() {
    return cursor;
  }

  /// The last position that everybody in the room was offered: behind the cursor while a delivery
  /// is under way. Negative while unknown.
  long reached() {
    return reached;
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
      fetch();
    }
    int budget = SLICE;
    for (int i = 0; i < SIGNALS_A_TURN && budget > 0; i++) {
      while (!deliveries.isEmpty() && budget > 0) {
        budget -= slice(deliveries.element(), budget);
      }
      if (!deliveries.isEmpty()) {
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
    if (deliveries.isEmpty()) {
      reached = cursor;
    }
    if (!deliveries.isEmpty() || !inbox.isEmpty()) {
      threads.ready(this);
      return;
    }
    scheduled.set(false);
    if (!inbox.isEmpty() || overflowed) {
      schedule();
    }
  }

  private int slice(Delivery delivery, int most) {
    int from = delivery.next;
    delivery.next = roster.deliver(delivery, from, most);
    if (delivery.next >= roster.size()) {
      deliveries.remove();
      reached = Math.max(reached, delivery.seq());
    }
    return Math.max(1, delivery.next - from);
  }

  private void handle(Signal signal) {
    switch (signal) {
      case Signal.Published(byte[] payload) -> {
        published.decrementAndGet();
        publish(payload);
      }
      case Signal.Begun() -> fetch();
      case Signal.Ask() -> fetch();
      case Signal.Broken() -> {} // what core tells of heads keeps the room going
      case Signal.Attach(Joining joining) -> attach(joining);
      case Signal.Detach(Occupant member) -> detach(member);
      case Signal.Fetched(LogPage page) -> fetched(page);
      case Signal.Missed(Catching c, LogPage page) -> missed(c, page);
      case Signal.HeadTold(long seq) -> {
        toldHead = Math.max(toldHead, seq);
        repairIfBehind();
      }
      case Signal.RepairDue() -> {
        repairScheduled = false;
        if (cursor == UNKNOWN || isBehind()) {
          fetch();
        }
      }
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
      case ROOM_EVENT -> take(event.getRoomEvent());
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
      case PRESENCE, FRIENDS_CHANGED, CONNECTION_TAKEN -> {} // not on a room's channel
      case KIND_NOT_SET -> {}
    }
  }

  private static Except user(User user) {
    return new Except.User(new UserId(user.getId()));
  }

  private void typing(UserTyping typing) {
    String user = typing.getUser().getId();
    if (typists.started(user, typing.getExpiresAtMs())) {
      deliver(packets.presence().typing(typing), user(typing.getUser()));
    }
    // Should presence not say when it ends, it ends here a little later.
    long left = typing.getExpiresAtMs() - System.currentTimeMillis() + TYPING_SLACK_MILLIS;
    threads.after(Math.max(left, 0), () -> signal(new Signal.TypingDue(user)));
  }

  private void stoppedTyping(UserStoppedTyping stopped) {
    if (typists.stopped(stopped.getUserId())) {
      deliver(
          packets.presence().stoppedTyping(stopped),
          new Except.User(new UserId(stopped.getUserId())));
    }
  }

  private void typingDue(String user) {
    if (typists.expired(user, System.currentTimeMillis() - TYPING_SLACK_MILLIS / 2)) {
      UserStoppedTyping stopped =
          UserStoppedTyping.newBuilder().setRoomId(id.value()).setUserId(user).build();
      deliver(packets.presence().stoppedTyping(stopped), new Except.User(new UserId(user)));
    }
  }

  /// A position from the bus: delivered if it is the next, held if it is beyond, dropped if it was
  /// delivered before.
  private void take(RoomEvent event) {
    if (cursor != UNKNOWN && event.getSeq() == cursor + 1) {
      deliverNext(event);
      deliverHeld();
    } else if (cursor == UNKNOWN || event.getSeq() > cursor) {
      if (held.size() < MOST_HELD) {
        held.put(event.getSeq(), event);
      }
      toldHead = Math.max(toldHead, event.getSeq());
      repairIfBehind();
    }
  }

  private void deliverHeld() {
    while (!held.isEmpty() && held.firstKey() <= cursor + 1) {
      RoomEvent event = held.pollFirstEntry().getValue();
      if (event.getSeq() == cursor + 1) {
        deliverNext(event);
      }
    }
  }

  private void deliverNext(RoomEvent event) {
    cursor = event.getSeq();
    UserId removed =
        event.hasMemberRemoved() ? new UserId(event.getMemberRemoved().getUserId()) : null;
    if (removed != null) {
      finishDeliveries();
      for (Occupant member : roster.of(removed)) {
        if (member.removed(event.getSeq())) {
          roster.remove(member);
        }
      }
      noteEmptiness();
    }
    Packet packet = packets.of(event);
    if (packet != null) {
      catching.forEach(c -> c.hold(event.getSeq(), packet));
      begin(Delivery.logged(event.getSeq(), packet));
    }
  }

  private void deliver(Packet packet, @Nullable Except except) {
    begin(Delivery.ephemeral(packet, except));
  }

  private void begin(Delivery delivery) {
    if (roster.size() > SLICE) {
      delivery.forMany();
    }
    if (!roster.isEmpty()) {
      deliveries.add(delivery);
    }
  }

  /// The roster must not change under a delivery.
  private void finishDeliveries() {
    while (!deliveries.isEmpty()) {
      slice(deliveries.element(), Integer.MAX_VALUE);
    }
  }

  private boolean isBehind() {
    return toldHead > cursor;
  }

  /// A hole may close by itself: two core nodes' publications can cross.
  private void repairIfBehind() {
    if (isBehind() && !fetching && !repairScheduled) {
      repairScheduled = true;
      long jitter = ThreadLocalRandom.current().nextLong(REPAIR_WAIT_MILLIS / 2);
      threads.after(REPAIR_WAIT_MILLIS + jitter, () -> signal(new Signal.RepairDue()));
    }
  }

  /// Asks core for what lies above the cursor; for the head alone while there is no cursor.
  private void fetch() {
    if (fetching) {
      return;
    }
    fetching = true;
    int limit = cursor == UNKNOWN ? 0 : REPAIR_PAGE;
    source.read(id, Math.max(0, cursor), 0, limit, page -> signal(new Signal.Fetched(page)));
  }

  private void fetched(@Nullable LogPage page) {
    fetching = false;
    if (page == null) {
      threads.after(RETRY_MILLIS, () -> signal(new Signal.RepairDue()));
      repairScheduled = true;
      toldHead = Math.max(toldHead, cursor + 1); // whatever it is, it has to be asked again
      return;
    }
    if (cursor == UNKNOWN) {
      cursor = page.getHead();
    }
    long before = cursor;
    if (page.getFloor() > cursor) {
      cursor = page.getFloor(); // what retention removed nobody can have any more
    }
    for (RoomEvent event : page.getEventsList()) {
      if (event.getSeq() == cursor + 1) {
        deliverNext(event);
      }
    }
    deliverHeld();
    toldHead = Math.max(page.getHead(), held.isEmpty() ? 0 : held.lastKey());
    if (isBehind() && cursor == before) { // a hole in the log itself, until core closes it
      repairScheduled = true;
      threads.after(RETRY_MILLIS, () -> signal(new Signal.RepairDue()));
    } else if (isBehind()) {
      fetch();
    } else {
      List<Joining> ready = List.copyOf(waiting);
      waiting.clear();
      ready.forEach(this::attachNow);
    }
  }

  private void attach(Joining joining) {
    if (retired) {
      rooms.attach(id, joining);
      return;
    }
    emptySinceNanos = Long.MAX_VALUE;
    if (cursor == UNKNOWN || fetching) {
      waiting.add(joining);
      beginWithoutTheBus();
    } else if (joining.since() > cursor) {
      waiting.add(joining);
      fetch(); // the client knows more than we do: see what core knows
    } else {
      attachNow(joining);
    }
  }

  /// A room normally begins when the bus confirms that it is heard. With the bus away, core alone
  /// has to do.
  private void beginWithoutTheBus() {
    if (cursor == UNKNOWN && !fetching && !repairScheduled) {
      repairScheduled = true;
      threads.after(BUS_WAIT_MILLIS, () -> signal(new Signal.RepairDue()));
    }
  }

  private void attachNow(Joining joining) {
    long since = joining.since();
    if (since == Joining.FROM_NOW || since == cursor) {
      enter(joining, List.of());
    } else if (since > cursor) {
      joining.reset(0, cursor);
      add(joining.member());
    } else {
      catchUp(joining);
    }
  }

  private void catchUp(Joining joining) {
    Catching begun = new Catching(joining, cursor);
    catching.add(begun);
    source.read(
        id, joining.since(), cursor, MISSED_PAGE, page -> signal(new Signal.Missed(begun, page)));
  }

  private void missed(Catching done, @Nullable LogPage page) {
    if (!catching.remove(done)) {
      return; // it left meanwhile
    }
    Joining joining = done.joining;
    if (page == null) {
      joining.refused(Joining.Refusal.UNREACHABLE, roster.contains(joining.member()));
      noteEmptiness();
    } else if (page.getFloor() > joining.since()) {
      joining.reset(page.getFloor(), cursor);
      add(joining.member());
    } else if (page.getEventsCount() < done.upTo - joining.since() || done.overrun) {
      joining.partOf(cursor, page.getEventsList(), roster.contains(joining.member()));
      noteEmptiness();
    } else {
      joining.joined(done.upTo, page.getEventsList());
      if (!roster.contains(joining.member())) { // else it got them as they came
        done.held.forEach(held -> joining.member().deliver(held.seq(), held.packet()));
        add(joining.member());
      }
    }
  }

  private void enter(Joining joining, List<RoomEvent> missed) {
    joining.joined(cursor, missed);
    add(joining.member());
  }

  private void add(Occupant member) {
    finishDeliveries(); // they were published before it entered
    roster.add(member);
    noteEmptiness();
  }

  private void detach(Occupant member) {
    finishDeliveries();
    roster.remove(member);
    waiting.removeIf(joining -> joining.member() == member);
    catching.removeIf(c -> c.joining.member() == member);
    noteEmptiness();
  }

  private void noteEmptiness() {
    boolean empty = roster.isEmpty() && waiting.isEmpty() && catching.isEmpty();
    emptySinceNanos = empty ? System.nanoTime() : Long.MAX_VALUE;
  }

  private void retire() {
    if (roster.isEmpty() && waiting.isEmpty() && catching.isEmpty() && !retired) {
      retired = true;
      rooms.forget(this);
    }
  }
}
