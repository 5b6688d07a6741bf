package parley.presence.user;

import java.util.HashSet;
import java.util.Set;
import parley.contract.UserId;

/// Who is connected and shown as offline, as Redis knows it: read once a second and after every
/// change of this node. Should Redis lose it, what was known here is written back. Safe for any
/// thread.
public final class Invisible {

  /// Is in the set as long as Redis has not lost it. No user's id has that character.
  private static final String MARKER = "!";

  private final UserPresences users;
  private volatile Set<String> known = Set.of();

  public Invisible(UserPresences users) {
    this.users = users;
  }

  /// Is the user one of them?
  public boolean has(UserId user) {
    return known.contains(user.value());
  }

  /// Is anybody?
  public boolean isEmpty() {
    return known.isEmpty();
  }

  /// Reads who is; blocks on Redis.
  public void refresh() {
    Set<String> now = new HashSet<>(users.invisible());
    if (!now.remove(MARKER)) {
      now.addAll(known);
      Set<String> all = new HashSet<>(now);
      all.add(MARKER);
      users.addInvisible(all);
    }
    known = Set.copyOf(now);
  }
}
