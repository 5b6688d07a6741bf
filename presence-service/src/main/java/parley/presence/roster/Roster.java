package parley.presence.roster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/// Who is connected through which edge, and in which rooms, in Redis. Changes go into a batch and
/// are made with it; every other call blocks on Redis. All may be repeated without harm; safe for
/// any thread. Failures of Redis are thrown as `JedisException`.
public final class Roster {

  private static final int USERS_TOLD = 100;
  private static final LuaScript ENTER = new LuaScript("enter_room.lua");
  private static final LuaScript LEAVE = new LuaScript("leave_room.lua");

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
  void opened(Batch batch, String edge, String connection, String user) {
    var unused = batch.add(redis -> redis.hset(RosterKeys.edgeSockets(edge), connection, user));
  }

  /// A connection entered a room.
  ///
  /// @return who is there then
  Supplier<InRoom> entered(Batch batch, String edge, String connection, String user, String room) {
    var unused =
        batch.add(redis -> redis.sadd(RosterKeys.edgeRooms(edge), connection + " " + room));
    Supplier<Object> answer =
        batch.call(
            ENTER,
            List.of(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)),
            List.of(connection, user, Integer.toString(USERS_TOLD)));
    return () -> inRoom((List<?>) answer.get());
  }

  private static InRoom inRoom(List<?> answer) {
    List<String> users = new ArrayList<>();
    answer.subList(2, answer.size()).forEach(u -> users.add(String.valueOf(u)));
    return new InRoom(users, number(answer.get(1)), number(answer.get(0)) == 1);
  }

  /// A connection left a room.
  ///
  /// @return the departure, when that was the user's last connection there
  Supplier<Optional<Departure>> left(Batch batch, String edge, String connection, String room) {
    Supplier<Object> user =
        batch.call(
            LEAVE,
            List.of(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)),
            List.of(connection));
    var unused =
        batch.add(redis -> redis.srem(RosterKeys.edgeRooms(edge), connection + " " + room));
    return () -> Optional.ofNullable(user.get()).map(u -> new Departure(room, String.valueOf(u)));
  }

  /// A connection ended.
  void closed(Batch batch, String edge, String connection) {
    var unused = batch.add(redis -> redis.hdel(RosterKeys.edgeSockets(edge), connection));
  }

  /// How many are in a room.
  Supplier<Long> count(Batch batch, String room) {
    return batch.add(redis -> redis.hlen(RosterKeys.roomOnline(room)));
  }

  /// An empty batch.
  public Batch batch() {
    return new Batch(redis);
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
