package parley.edge.presence;

import java.util.LinkedHashMap;
import java.util.Map;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;

/// What this edge has told of users, the most recently told ones: what is not newer is not told
/// again. For one thread.
final class Versions {

  private static final int KEPT = 200_000;
  private static final long AHEAD_MILLIS = 60_000;

  private record Told(long version, boolean here) {}

  private final Map<String, Told> told =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
          return size() > KEPT;
        }
      };

  /// What was before needs no telling, but for the time by which this clock may be ahead of
  /// Redis's.
  private long newest = (System.currentTimeMillis() - AHEAD_MILLIS) * 1_000;

  /// Notes a change.
  ///
  /// @return false when it, or a newer one of the user's, was noted before
  boolean isNews(PresenceChange change) {
    String user = change.getPresence().getUserId();
    long version = change.getPresence().getVersion();
    Told before = told.get(user);
    if (before != null && before.version >= version) {
      return false;
    }
    told.put(user, new Told(version, isHere(change)));
    newest = Math.max(newest, version);
    return true;
  }

  /// A change that was missed, and asked for: nobody remembers what it was, only what is now.
  /// Somebody who was told as here, and is, did not come.
  PresenceChange asMissed(PresenceChange change) {
    Told before = told.get(change.getPresence().getUserId());
    boolean stayed = before != null && before.here && isHere(change);
    return stayed ? change.toBuilder().setCameOrWent(false).build() : change;
  }

  private static boolean isHere(PresenceChange change) {
    return change.getPresence().getStatus() != Status.OFFLINE;
  }

  /// The newest of all, or a minute before this began; microseconds.
  long newest() {
    return newest;
  }
}
