package parley.edge.recovery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;

/// Up to which time this edge has delivered everything that was committed in the rooms that it
/// follows: the lowest of the core nodes' clocks that came with their word of heads, once each of
/// these heads was reached. Hears of heads by gRPC's threads; read by any.
public final class Watermark {

  /// After a stream broke the mark stands still for so long: rooms are asked for anew meanwhile,
  /// for what a node that is gone had committed and not told. A node that stays away for longer
  /// counts no more.
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int MOST_TICKS = 240;

  private record Tick(long clockMs, Map<RoomId, Long> heads) {}

  private static final class Node {
    final ArrayDeque<Tick> ticks = new ArrayDeque<>();
    long reached;
    long goneAt;
    boolean gone;
  }

  /// Where this edge stands in a room.
  public interface Rooms {

    /// Is the edge in the room, and has it not delivered everything up to a position?
    boolean isBehind(RoomId room, long seq);
  }

  private final Rooms rooms;
  private final LongSupplier clock;
  private final Map<String, Node> nodes = new HashMap<>(); // guarded by this
  private long brokenAt; // guarded by this
  private volatile long mark;

  public Watermark(Rooms rooms) {
    this(rooms, System::nanoTime);
  }

  /// @param clock nanoseconds, as {@link System#nanoTime}
  Watermark(Rooms rooms, LongSupplier clock) {
    this.rooms = rooms;
    this.clock = clock;
    this.brokenAt = clock.getAsLong() - GONE_NANOS;
  }

  /// Milliseconds since the epoch; 0 while nothing is known.
  public long get() {
    return mark;
  }

  /// A core node says where its rooms stand.
  public synchronized void told(String node, Heads heads) {
    Node known = nodes.computeIfAbsent(node, n -> new Node());
    known.gone = false;
    Map<RoomId, Long> open = new HashMap<>();
    for (RoomHead head : heads.getRoomsList()) {
      RoomId room = new RoomId(head.getRoomId());
      if (rooms.isBehind(room, head.getSeq())) {
        open.put(room, head.getSeq());
      }
    }
    known.ticks.add(new Tick(heads.getClockMs(), open));
    if (known.ticks.size() > MOST_TICKS) {
      join(known.ticks);
    }
    nodes.values().forEach(this::advance);
    settle();
  }

  /// A stream to a core node broke.
  public synchronized void lost(String node) {
    brokenAt = clock.getAsLong();
    Node known = nodes.get(node);
    if (known != null && !known.gone) {
      known.gone = true;
      known.goneAt = brokenAt;
    }
  }

  /// The oldest tick takes the next one's heads along: both must be reached for either.
  private static void join(ArrayDeque<Tick> ticks) {
    Tick oldest = ticks.remove();
    Tick next = ticks.remove();
    Map<RoomId, Long> heads = new HashMap<>(oldest.heads);
    next.heads.forEach((room, seq) -> heads.merge(room, seq, Math::max));
    ticks.addFirst(new Tick(next.clockMs, heads));
  }

  private void advance(Node node) {
    while (true) {
      @Nullable Tick tick = node.ticks.peek();
      if (tick == null) {
        return;
      }
      tick.heads.entrySet().removeIf(head -> !rooms.isBehind(head.getKey(), head.getValue()));
      if (!tick.heads.isEmpty()) {
        return;
      }
      node.reached = Math.max(node.reached, tick.clockMs);
      node.ticks.remove();
    }
  }

  private void settle() {
    long now = clock.getAsLong();
    nodes.values().removeIf(node -> node.gone && now - node.goneAt > GONE_NANOS);
    if (now - brokenAt < GONE_NANOS) {
      return;
    }
    long lowest = nodes.values().stream().mapToLong(node -> node.reached).min().orElse(mark);
    mark = Math.max(mark, lowest);
  }
}
