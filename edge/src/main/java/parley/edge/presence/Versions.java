package parley.edge.presence;

import java.util.LinkedHashMap;
import java.util.Map;

/// The versions that this edge has told of users, the most recently told ones: what is not newer is
/// not told again. For one thread.
final class Versions {

  private static final int KEPT = 200_000;

  private final Map<String, Long> told =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > KEPT;
        }
      };
  private long newest = System.currentTimeMillis() * 1_000; // what was before needs no telling

  /// Notes a version.
  ///
  /// @return false when it, or a newer one, was noted before
  boolean isNews(String user, long version) {
    Long before = told.get(user);
    if (before != null && before >= version) {
      return false;
    }
    told.put(user, version);
    newest = Math.max(newest, version);
    return true;
  }

  /// The newest of all, or the time at which this began; microseconds.
  long newest() {
    return newest;
  }
}
