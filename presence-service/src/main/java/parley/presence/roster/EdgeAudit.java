package parley.presence.roster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.due.DueWork;
import parley.presence.user.UserPresences;

/// Looks whether Redis has lost keys of one edge's connections (they were evicted, or removed by
/// somebody), and keeps the others from expiring. What is missing at one look may be on its way; at
/// two it is lost. For one thread; blocks on Redis.
public final class EdgeAudit {

  private static final int AT_ONCE = 500;

  private final EdgeId edge;
  private final Roster roster;
  private final UserPresences users;
  private final DueWork due;
  private Set<String> missing = Set.of();

  public EdgeAudit(EdgeId edge, Roster roster, UserPresences users, DueWork due) {
    this.edge = edge;
    this.roster = roster;
    this.users = users;
    this.due = due;
  }

  /// Looks.
  ///
  /// @return true when something is lost for the second time in a row: the edge has to tell all
  public boolean isLost() {
    Map<ConnectionId, UserId> connections = roster.connectionsOf(edge);
    Map<ConnectionId, Set<RoomId>> rooms = roster.roomsOf(edge);
    Set<String> now = new HashSet<>();
    addUsers(connections, now);
    addRooms(connections, rooms, now);
    Set<String> lost = new HashSet<>(now);
    lost.retainAll(missing);
    missing = lost.isEmpty() ? now : Set.of();
    return !lost.isEmpty();
  }

  private void addUsers(Map<ConnectionId, UserId> connections, Set<String> now) {
    Set<UserId> incomplete = new HashSet<>();
    for (List<UserId> part : parts(Set.copyOf(connections.values()))) {
      incomplete.addAll(users.renew(part));
    }
    Map<String, String> byEnd = new HashMap<>();
    connections.forEach(
        (connection, user) -> {
          if (incomplete.contains(user)) {
            byEnd.put(UserComings.end(user, edge, connection), connection.value());
          }
        });
    byEnd.keySet().removeAll(due.scheduled(byEnd.keySet())); // it has ended: nobody misses it
    now.addAll(byEnd.values());
  }

  private void addRooms(
      Map<ConnectionId, UserId> connections,
      Map<ConnectionId, Set<RoomId>> rooms,
      Set<String> now) {
    Set<RoomId> all = new HashSet<>();
    rooms.values().forEach(all::addAll);
    Set<RoomId> incomplete = new HashSet<>();
    for (List<RoomId> part : parts(all)) {
      incomplete.addAll(roster.incomplete(part));
    }
    rooms.forEach(
        (connection, held) -> {
          boolean ended = !connections.containsKey(connection);
          if (ended || held.stream().anyMatch(incomplete::contains)) {
            now.add(connection.value());
          }
        });
  }

  private static <T> List<List<T>> parts(Collection<T> all) {
    List<T> list = List.copyOf(all);
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < list.size(); from += AT_ONCE) {
      parts.add(list.subList(from, Math.min(list.size(), from + AT_ONCE)));
    }
    return parts;
  }
}
