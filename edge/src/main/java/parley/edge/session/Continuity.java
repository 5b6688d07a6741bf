package parley.edge.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.recovery.Offset;
import parley.edge.recovery.RecoveryConfig;
import parley.edge.recovery.SaveListener;
import parley.edge.recovery.Trail;
import parley.edge.socketio.EventEncoder;
import parley.edge.socketio.SocketIoSocket;
import parley.proto.recovery.SavedConnection;
import parley.proto.recovery.SavedRun;

/// What makes a connection one that its client can go on with elsewhere: its secret, where it
/// entered its rooms, and what it was sent since it last gave a sign. Safe for any thread; the
/// order of what is remembered is the order of what is sent.
final class Continuity {

  private static final long MOST_MARKS = 1L << 40; // two alike in one trail: never

  /// What waits before a client that goes on has been let in.
  private record Held(ArrayDeque<Packet> packets, RecoveryConfig most) {}

  private final SocketIoSocket socket;
  private final Recoveries recoveries;
  private final String pid;
  private final long generation;
  private final Map<RoomId, Place> places = new ConcurrentHashMap<>(2);
  // Guarded by this. What a delivery needs is no object of its own: it would not be in the cache.
  private long entries; // into rooms
  private long saved; // of these, as Redis has confirmed
  private @Nullable Place latest; // that was delivered to
  private @Nullable Trail trail; // most connections hear nothing most of the time
  private @Nullable Held held;
  private int heldBytes;
  private boolean overflowed;

  /// @param continued what the client goes on with; null = nothing
  Continuity(
      SocketIoSocket socket,
      Recoveries recoveries,
      @Nullable String pid,
      @Nullable SavedConnection continued) {
    this.socket = socket;
    this.recoveries = recoveries;
    this.pid = pid == null ? Pid.random() : pid;
    this.generation = continued == null ? 1 : continued.getGeneration() + 1;
  }

  String pid() {
    return pid;
  }

  /// Sends an event of a room's log.
  boolean deliver(RoomId room, long seq, Packet packet) {
    synchronized (this) {
      Place place = place(room);
      if (place != null) {
        place.sent(seq);
      }
      trail().add(room, seq);
      return sendOrHold(withOffset(packet, room, seq, 0));
    }
  }

  private @Nullable Place place(RoomId room) {
    Place known = latest;
    if (known == null || !known.room.equals(room)) {
      known = places.get(room);
      latest = known;
    }
    return known;
  }

  /// The connection is in a room, where everything above `seq` will be sent to it: tells the client
  /// so, and that it has everything up to there.
  ///
  /// @param first goes before that, and may hold some of what it has; null = nothing
  boolean entered(RoomId room, long seq, @Nullable Packet first, Packet packet) {
    long mark = ThreadLocalRandom.current().nextLong(1, MOST_MARKS);
    synchronized (this) {
      Place place = places.computeIfAbsent(room, r -> new Place(r, seq));
      place.entered(seq, mark, recoveries.watermark());
      place.sent(seq);
      trail().mark(room, seq, mark);
      if (first != null && !sendOrHold(first)) {
        return false;
      }
      return sendOrHold(withOffset(packet, room, seq, mark));
    }
  }

  /// While Redis does not know all of its rooms, what is there must not be gone by.
  private Packet withOffset(Packet packet, RoomId room, long seq, long mark) {
    return saved >= entries
        ? EventEncoder.withOffset(
            packet, "offset", () -> new Offset(room, seq, recoveries.watermark(), mark).text())
        : EventEncoder.withOffset(
            packet, "bare offset", () -> new Offset(room, seq, Offset.NONE, mark).text());
  }

  private Trail trail() {
    Trail known = trail == null ? new Trail() : trail;
    trail = known;
    return known;
  }

  /// Sends anything else.
  boolean send(Packet packet) {
    synchronized (this) {
      if (held != null) {
        return sendOrHold(packet);
      }
    }
    return socket.send(packet);
  }

  private boolean sendOrHold(Packet packet) {
    Held known = held;
    if (known == null) {
      return socket.send(packet);
    }
    heldBytes += packet.size();
    if (known.packets.size() >= known.most.mostEvents() || heldBytes > known.most.mostBytes()) {
      overflowed = true;
      return false;
    }
    known.packets.add(packet);
    return true;
  }

  /// From here on everything is held back.
  synchronized void hold(RecoveryConfig most) {
    held = new Held(new ArrayDeque<>(), most);
  }

  /// Was there more than may be held?
  synchronized boolean overflowed() {
    return overflowed;
  }

  /// Sends what was held back, and everything else from now on.
  ///
  /// @return false when there was more than may be held: then nothing is ever sent, because the
  ///     client would go on with a hole
  synchronized boolean release() {
    if (overflowed) {
      return false;
    }
    Held known = held;
    held = null;
    heldBytes = 0;
    if (known != null) {
      known.packets.forEach(socket::send);
    }
    return true;
  }

  /// The connection is about to enter a room.
  ///
  /// @return has to hear that this is saved
  synchronized SaveListener entering(RoomId room, long since) {
    places.putIfAbsent(room, new Place(room, since));
    entries++;
    return saving();
  }

  /// All of it is about to be saved, and with that whatever could not be before.
  ///
  /// @return has to hear that it is
  synchronized SaveListener saving() {
    return new Saving(this, entries);
  }

  /// @param entries into rooms that are part of what is saved
  private record Saving(Continuity continuity, long entries) implements SaveListener {
    @Override
    public void saved() {
      continuity.confirmed(entries);
    }
  }

  private synchronized void confirmed(long known) {
    saved = Math.max(saved, known);
  }

  /// Does Redis know all of its rooms?
  synchronized boolean isSaved() {
    return saved >= entries;
  }

  /// The connection is in a room again, where everything above `seq` will be sent to it.
  synchronized void restored(RoomId room, long seq) {
    Place place = new Place(room, seq);
    place.restored(seq);
    places.put(room, place);
    latest = null;
  }

  synchronized void left(RoomId room) {
    places.remove(room);
    latest = null;
  }

  synchronized void pinged() {
    if (trail != null) {
      trail.pinged();
    }
  }

  synchronized void ponged() {
    if (trail != null) {
      trail.ponged();
    }
  }

  /// What there is to be saved.
  ///
  /// @param ended the connection is over
  synchronized SavedConnection saved(ChatSession session, boolean ended) {
    SavedConnection.Builder saved =
        SavedConnection.newBuilder()
            .setUserId(session.userId().value())
            .setEdgeId(recoveries.edgeId())
            .setGeneration(generation)
            .setSocketId(session.id())
            .setEnded(ended);
    places.values().forEach(place -> saved.addRooms(place.saved(ended)));
    if (ended) {
      saved.setWhole(true);
      addTrail(saved);
    }
    return saved.build();
  }

  private void addTrail(SavedConnection.Builder saved) {
    if (trail == null) {
      return;
    }
    saved.setWhole(trail.whole());
    List<SavedRun> runs = new ArrayList<>();
    for (Trail.Run run : trail.runs()) {
      runs.add(
          SavedRun.newBuilder()
              .setRoomId(run.room().value())
              .setFirst(run.first())
              .setLast(run.last())
              .setMark(run.mark())
              .build());
    }
    saved.addAllRuns(runs);
  }
}
