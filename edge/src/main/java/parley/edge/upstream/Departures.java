package parley.edge.upstream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.DepartedUser;

/// Users whose connections ended while presence may not have heard it: the next snapshot names
/// them. Bounded: beyond 100,000 the oldest are left to the lease. Safe for any thread.
final class Departures {

  private static final int KEPT = 100_000;

  private final Map<String, DepartedUser> unheard =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DepartedUser> eldest) {
          return size() > KEPT;
        }
      };

  synchronized void left(User user, Audience audience) {
    unheard.put(
        user.getId(), DepartedUser.newBuilder().setUser(user).setAudience(audience).build());
  }

  /// Presence has heard it.
  synchronized void heard(User user) {
    unheard.remove(user.getId());
  }

  /// All.
  synchronized List<DepartedUser> all() {
    return List.copyOf(unheard.values());
  }

  /// Presence has heard these.
  synchronized void heard(List<DepartedUser> departed) {
    departed.forEach(user -> unheard.remove(user.getUser().getId(), user));
  }
}
