package parley.edge.room;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Who is typing in a room, as those in it have been told: they hear of each once, and of its end
/// once, whatever the bus repeats or loses. By this node's own clock: others' may be wrong. For the
/// room's thread alone.
final class TypingEcho {

  /// Should presence not say when it ends, it ends here so much later.
  private static final long SLACK_MILLIS = 1_000;

  private static final long USUAL_MILLIS = 5_000;

  private final Map<String, Long> until = new HashMap<>(2); // System.nanoTime

  /// A user types, or types on.
  ///
  /// @return true when this is news
  boolean started(String user, long lastsMillis, long nowNanos) {
    long ends = nowNanos + TimeUnit.MILLISECONDS.toNanos(patienceMillis(lastsMillis));
    return until.put(user, ends) == null;
  }

  /// When to ask {@link #expired}.
  ///
  /// @param lastsMillis as presence says; 0 = it does not
  static long patienceMillis(long lastsMillis) {
    return (lastsMillis > 0 ? lastsMillis : USUAL_MILLIS) + SLACK_MILLIS;
  }

  /// @return true when the user was typing
  boolean stopped(String user) {
    return until.remove(user) != null;
  }

  /// @return true when the user was typing, and was not said to be at this time any more
  boolean expired(String user, long nowNanos) {
    Long ends = until.get(user);
    return ends != null && nowNanos - ends >= 0 && until.remove(user) != null;
  }
}
