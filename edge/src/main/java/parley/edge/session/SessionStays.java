package parley.edge.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;

/// The stays of one session: at most one in each room. Every change is made under the lock of this
/// object; reading needs none.
final class SessionStays {

  private final Map<RoomId, Stay> stays = new ConcurrentHashMap<>(2);
  private boolean closed;

  /// The rooms, as they are at any time.
  Set<RoomId> rooms() {
    return Collections.unmodifiableSet(stays.keySet());
  }

  /// The stays, as they are at any time.
  Collection<Stay> all() {
    return Collections.unmodifiableCollection(stays.values());
  }

  int size() {
    return stays.size();
  }

  @Nullable Stay in(RoomId room) {
    return stays.get(room);
  }

  /// The session's stay in a room, which begins here unless it lasts already.
  ///
  /// @param fresh used when there is none; it is over at once when the session is
  /// @param permittedAt the position at which core let it in
  synchronized Stay enter(Stay fresh, long permittedAt) {
    if (closed) {
      fresh.end();
      return fresh;
    }
    Stay present = stays.putIfAbsent(fresh.room(), fresh);
    Stay stay = present == null ? fresh : present;
    stay.permit(permittedAt); // before a removal below it can end the stay
    return stay;
  }

  /// Ends a stay.
  ///
  /// @return false when it had ended before
  synchronized boolean leave(Stay stay) {
    if (stay.over()) {
      return false;
    }
    stay.end();
    return stays.remove(stay.room(), stay);
  }

  /// Ends all stays; there will be no others.
  synchronized List<Stay> close() {
    closed = true;
    List<Stay> left = new ArrayList<>(stays.values());
    left.forEach(Stay::end);
    stays.clear();
    return left;
  }
}
