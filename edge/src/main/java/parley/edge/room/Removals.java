package parley.edge.room;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;

/// Which users the log removed, as far as it was delivered here, and where: what core permits
/// someone is worth nothing once a removal stands behind it. For the room's thread alone.
final class Removals {

  private static final int MOST = 256;

  private @Nullable Map<UserId, Long> last; // by position; in most rooms nobody is removed
  private long since = Long.MAX_VALUE;

  /// Nothing at or below this position is known.
  void begin(long position) {
    since = position;
    last = null;
  }

  /// The log removes a user.
  void add(UserId user, long seq) {
    Map<UserId, Long> known = last == null ? new LinkedHashMap<>() : last;
    last = known;
    known.remove(user);
    known.put(user, seq);
    if (known.size() > MOST) {
      UserId oldest = known.keySet().iterator().next();
      since = Math.max(since, known.remove(oldest));
    }
  }

  /// Every removal above this position is known.
  long since() {
    return since;
  }

  /// Does a removal of the user that is known stand above a position?
  boolean standsAbove(UserId user, long position) {
    return last != null && last.getOrDefault(user, 0L) > position;
  }
}
