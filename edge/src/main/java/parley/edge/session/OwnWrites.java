package parley.edge.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;

/// Where the newest changes of one session stand, of the rooms in which it made some lately: what
/// it reads next must not be older. Safe for any thread.
final class OwnWrites {

  private static final int MOST_ROOMS = 256;

  private @Nullable Map<RoomId, Long> last; // most connections write nothing; guarded by this

  /// A change of the session stands at `seq`.
  synchronized void wrote(RoomId room, long seq) {
    Map<RoomId, Long> known = last;
    if (known == null) {
      known = new LinkedHashMap<>(2, 0.75f, true);
      last = known;
    }
    known.merge(room, seq, Math::max);
    if (known.size() > MOST_ROOMS) {
      known.remove(known.keySet().iterator().next());
    }
  }

  /// The newest position in a room; at least 1.
  synchronized long last(RoomId room) {
    return last == null ? 1 : last.getOrDefault(room, 1L);
  }
}
