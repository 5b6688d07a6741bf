package parley.edge.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import parley.contract.RoomId;

/// Where a session is typing: repeated starts are told once in a while only. Changed under the lock
/// of the session's stays.
final class Typing {

  private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<RoomId, Long> told = new ConcurrentHashMap<>(1);

  /// The session types in a room.
  ///
  /// @return false when that was told a moment ago
  boolean started(RoomId room) {
    long now = System.nanoTime();
    Long before = told.get(room);
    if (before != null && now - before < REPEAT_NANOS) {
      return false;
    }
    told.put(room, now);
    return true;
  }

  /// It types no more.
  ///
  /// @return false when it did not
  boolean stopped(RoomId room) {
    return told.remove(room) != null;
  }

  /// Where it types, or did.
  List<RoomId> rooms() {
    return List.copyOf(told.keySet());
  }
}
