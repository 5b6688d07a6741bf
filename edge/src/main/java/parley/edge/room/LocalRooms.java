package parley.edge.room;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import parley.contract.RoomId;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;

/// The rooms that connections of this edge are in, each followed on the bus for as long, and 30 s
/// longer. Safe for any thread; nothing blocks.
public final class LocalRooms {

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /// Every room asks core where it stands at least so often, whatever it has been told.
  private static final Duration CHECK = Duration.ofMinutes(1);

  private final BusSubscriber bus;
  private final RoomThreads threads;
  private final RoomSource source;
  private final RoomPackets packets;
  private final Map<RoomId, LocalRoom> rooms = new ConcurrentHashMap<>();

  public LocalRooms(
      BusSubscriber bus, RoomThreads threads, RoomSource source, RoomPackets packets) {
    this.bus = bus;
    this.threads = threads;
    this.source = source;
    this.packets = packets;
  }

  /// Begins to give up rooms that nobody is in.
  public void start() {
    threads.every("room-sweep", SWEEP, this::sweep);
    threads.every("room-check", CHECK, this::askAll);
  }

  /// Brings a connection into a room.
  public void attach(RoomId id, Joining joining) {
    rooms.compute(
        id,
        (key, present) -> {
          LocalRoom room = present == null ? follow(key) : present;
          room.signal(new Signal.Attach(joining)); // under the lock of forget
          return room;
        });
  }

  /// Takes a connection out of a room. One that is forgotten meanwhile had nobody in it.
  public void detach(RoomId id, Occupant member) {
    LocalRoom room = rooms.get(id);
    if (room != null) {
      room.signal(new Signal.Detach(member));
    }
  }

  /// Core says where rooms stand.
  public void headsTold(Heads heads) {
    for (RoomHead head : heads.getRoomsList()) {
      LocalRoom room = rooms.get(new RoomId(head.getRoomId()));
      if (room != null) {
        room.signal(new Signal.HeadTold(head.getSeq()));
      }
    }
  }

  /// Every room asks where it stands: when a core node is gone, with heads that it may not have
  /// told, and once a minute.
  public void askAll() {
    rooms.values().forEach(room -> room.signal(new Signal.Ask()));
  }

  /// The last position delivered here; 0 when the room is not followed.
  public long cursor(RoomId id) {
    LocalRoom room = rooms.get(id);
    return room == null ? 0 : Math.max(0, room.cursor());
  }

  /// The last position that everybody in the room here was offered; 0 when the room is not
  /// followed.
  public long reached(RoomId id) {
    LocalRoom room = rooms.get(id);
    return room == null ? 0 : Math.max(0, room.reached());
  }

  /// Has the room, if it is followed here, yet to deliver what stands at a position?
  public boolean isBehind(RoomId id, long seq) {
    LocalRoom room = rooms.get(id);
    long cursor = room == null ? -1 : room.cursor();
    return cursor >= 0 && cursor < seq;
  }

  /// How many rooms are followed.
  public int size() {
    return rooms.size();
  }

  private LocalRoom follow(RoomId id) {
    LocalRoom room = new LocalRoom(id, this, threads, source, packets);
    bus.follow(new Topic.Room(id.value()), room);
    return room;
  }

  /// By the room's own turn, with nobody in it: from here on a new one takes its place. Who comes
  /// is said under the same lock, so that nobody enters a room that is forgotten.
  void forget(LocalRoom room) {
    rooms.computeIfPresent(
        room.id(),
        (id, present) -> {
          if (present != room || !room.quiet()) {
            return present;
          }
          bus.unfollow(new Topic.Room(id.value()));
          return null;
        });
  }

  private void sweep() {
    retireEmpty(LINGER_NANOS);
  }

  /// Gives up rooms that have been empty for so long.
  void retireEmpty(long nanos) {
    long now = System.nanoTime();
    for (LocalRoom room : rooms.values()) {
      if (room.emptyForNanos(now) >= nanos) {
        room.signal(new Signal.Retire());
      }
    }
  }
}
