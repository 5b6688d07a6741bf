package parley.core.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import parley.contract.RoomId;

/// Where rooms stand that this node appended to, and up to which time that is all of it.
///
/// An entry carries a time from before its insert, and an insert may take long. So the time that is
/// told stops at the oldest entry that is on its way: what this node commits later is not older
/// than what it told. Safe for any thread; nothing blocks.
final class CommittedHeads {

  private final LongSupplier clock;
  private final AtomicLong last = new AtomicLong();
  private final Map<RoomId, Long> onTheWay = new ConcurrentHashMap<>();
  private final Map<RoomId, Long> heads = new ConcurrentHashMap<>();

  /// @param clock milliseconds since the epoch; where it goes back, time stands still here
  CommittedHeads(LongSupplier clock) {
    this.clock = clock;
  }

  /// An entry of the room is given its time; until {@link #settled} it counts as on its way.
  ///
  /// @return the time, milliseconds since the epoch
  long stamp(RoomId room) {
    onTheWay.putIfAbsent(room, now()); // before the time is read: the other way round it could be
    return now(); //                      told in between, and not be seen
  }

  /// Of all entries of the room that were given a time it is known what came of them, and the head
  /// that they made was said ({@link #advanced}).
  void settled(RoomId room) {
    onTheWay.remove(room);
  }

  /// Is there an entry of the room of which that is not known?
  boolean isOnTheWay(RoomId room) {
    return onTheWay.containsKey(room);
  }

  /// The room has come so far.
  void advanced(RoomId room, long seq) {
    heads.merge(room, seq, Math::max);
  }

  /// The time, milliseconds since the epoch, before which everything that this node committed is
  /// among the heads that were taken, or are taken after this call.
  long told() {
    long told = now();
    for (long oldest : onTheWay.values()) {
      told = Math.min(told, oldest);
    }
    return told;
  }

  /// The heads that were said since the last call.
  Map<RoomId, Long> take() {
    Map<RoomId, Long> taken = new HashMap<>();
    for (RoomId room : List.copyOf(heads.keySet())) {
      Long head = heads.remove(room);
      if (head != null) {
        taken.put(room, head);
      }
    }
    return taken;
  }

  private long now() {
    return last.accumulateAndGet(clock.getAsLong(), Math::max);
  }
}
