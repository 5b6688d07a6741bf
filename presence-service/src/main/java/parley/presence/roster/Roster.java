package parley.presence.roster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.presence.script.Script;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/// Who is connected through which edge, and in which rooms, in Redis. Every call blocks on Redis
/// and may be repeated without harm; safe for any thread. Failures of Redis are thrown as
/// `JedisException`.
public final class Roster {

  private static final int USERS_TOLD = 100;
  private static final Script ENTER = new Script("enter_room.lua");
  private static final Script LEAVE = new Script("leave_room.lua");

  /// Who is in a room.
  ///
  /// @param users at most 100 of them
  /// @param count all of them
  /// @param first the call brought in the user's first connection
  public record InRoom(List<String> users, int count, boolean first) {}

  /// A user whose last connection in a room is gone.
  public record Departure(String room, String user) {}

  private final UnifiedJedis redis;
  private final long leaseMillis;

  public Roster(UnifiedJedis redis, long leaseMillis) {
    this.redis = redis;
    this.leaseMillis = leaseMillis;
  }

  /// Makes the edge known and gives it a lease.
  public void register(String edge) {
    redis.sadd(RosterKeys.EDGES, edge);
    redis.set(RosterKeys.edgeLease(edge), "1", new SetParams().px(leaseMillis));
  }

  /// Prolongs the lease of an edge.
  ///
  /// @return false when there is none to prolong: Redis has lost its data, or the edge was swept
  public boolean renew(String edge) {
    return redis.set(RosterKeys.edgeLease(edge), "1", new SetParams().px(leaseMillis).xx()) != null;
  }

  /// A connection began.
  public void opened(String edge, String connection, String user) {
    redis.hset(RosterKeys.edgeSockets(edge), connection, user);
  }

  /// A connection entered a room.
  public InRoom entered(String edge, String connection, String user, String room) {
    redis.sadd(RosterKeys.edgeRooms(edge), connection + " " + room);
    List<?> answer =
        (List<?>)
            ENTER.call(
                redis,
                List.of(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)),
                List.of(connection, user, Integer.toString(USERS_TOLD)));
    List<String> users = new ArrayList<>();
    answer.subList(2, answer.size()).forEach(u -> users.add(String.valueOf(u)));
    return new InRoom(users, number(answer.get(1)), number(answer.get(0)) == 1);
  }

  /// A connection left a room.
  ///
  /// @return the departure, when that was the user's last connection there
  public @Nullable Departure left(String edge, String connection, String room) {
    Object user =
        LEAVE.call(
            redis,
            List.of(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)),
            List.of(connection));
    redis.srem(RosterKeys.edgeRooms(edge), connection + " " + room);
    return user == null ? null : new Departure(room, String.valueOf(user));
  }

  /// A connection ended.
  public void closed(String edge, String connection) {
    redis.hdel(RosterKeys.edgeSockets(edge), connection);
  }

  /// The rooms that connections of an edge are in, by connection.
  public Map<String, Set<String>> roomsOf(String edge) {
    Map<String, Set<String>> rooms = new HashMap<>();
    for (String entry : redis.smembers(RosterKeys.edgeRooms(edge))) {
      int cut = entry.indexOf(' ');
      rooms
          .computeIfAbsent(entry.substring(0, cut), c -> new HashSet<>())
          .add(entry.substring(cut + 1));
    }
    return rooms;
  }

  /// The connections of an edge, with their users.
  public Map<String, String> connectionsOf(String edge) {
    return redis.hgetAll(RosterKeys.edgeSockets(edge));
  }

  /// The edges that may have entries.
  public Set<String> edges() {
    return redis.smembers(RosterKeys.EDGES);
  }

  /// Is there a lease?
  public boolean isAlive(String edge) {
    return redis.exists(RosterKeys.edgeLease(edge));
  }

  /// Forgets an edge that has no entries left.
  public void forget(String edge) {
    redis.srem(RosterKeys.EDGES, edge);
  }

  /// One sweeper at a time: true when this node may sweep now.
  public boolean maySweep(String node) {
    return redis.set(
            RosterKeys.SWEEPER, node, new SetParams().nx().px(Math.max(leaseMillis / 12, 40)))
        != null;
  }

  /// Who is in a room.
  public InRoom inRoom(String room) {
    String key = RosterKeys.roomOnline(room);
    return new InRoom(redis.hrandfield(key, USERS_TOLD), Math.toIntExact(redis.hlen(key)), false);
  }

  private static int number(Object reply) {
    return Math.toIntExact((Long) reply);
  }
}
