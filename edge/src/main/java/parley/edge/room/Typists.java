package parley.edge.room;

import java.util.HashMap;
import java.util.Map;

/// Who is typing in a room, as its members have been told: they hear of each once, and of its end
/// once, whatever the bus repeats or loses. For the room's thread alone.
final class Typists {

  private final Map<String, Long> until = new HashMap<>(2);

  /// @return true when this is news
  boolean started(String user, long untilMs) {
    return until.put(user, untilMs) == null;
  }

  /// @return true when the user was typing
  boolean stopped(String user) {
    return until.remove(user) != null;
  }

  /// @return true when the user was typing, and not said to be at this time any more
  boolean expired(String user, long nowMs) {
    Long ends = until.get(user);
    return ends != null && ends <= nowMs && until.remove(user) != null;
  }
}
