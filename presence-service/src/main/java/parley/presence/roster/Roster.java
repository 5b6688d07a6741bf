package parley.presence.roster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.due.DueWork;
import parley.process.redis.Batch;
import parley.process.redis.LuaScript;
import parley.process.redis.Replies;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/// Who is connected through which edge, and in which rooms, in Redis. Changes go into a batch and
/// are made with it; every other call blocks on Redis. All may be repeated without harm; safe for
/// any thread. Failures of Redis are thrown as `JedisException`.
public final class Roster {

  private static final int USERS_TOLD = 100;
  private static final LuaScript ENTER = new LuaScript("enter_room.lua");
  private static final LuaScript LEAVE = new LuaScript("leave_room.lua");
  private static final LuaScript CLOSED = new LuaScript("edge_closed.lua");

  /// Who is in a room.
  ///
  /// @param users at most 100 of them
  /// @param count all of them
  /// @param first the call brought in the user's first connection
  public record InRoom(List<UserId> users, int count, boolean first) {}

  /// A user whose last connection in a room is gone.
  public record Departure(RoomId room, UserId user) {}

  private final UnifiedJedis redis;
  private final long leaseMillis;

  public Roster(UnifiedJedis redis, long leaseMillis) {
    this.redis = redis;
    this.leaseMillis = leaseMillis;
  }

  /// Makes the edge known and gives it a lease.
  public void register(EdgeId edge) {
    redis.sadd(RosterKeys.EDGES, edge.value());
    redis.set(RosterKeys.edgeLease(edge), "1", lease());
  }

  /// The same for an edge that is about to say all that it has: from now on it is noticed when
  /// Redis loses that.
  ///
  /// @param stream on which it says so
  void begin(EdgeId edge, String stream) {
    register(edge);
    redis.hset(RosterKeys.edgeSockets(edge), RosterKeys.MARKER, stream);
    redis.sadd(RosterKeys.edgeRooms(edge), RosterKeys.MARKER);
  }

  /// Prolongs the lease of an edge.
  ///
  /// @return false when there is none to prolong, or Redis has lost other data of the edge
  public boolean renew(EdgeId edge) {
    Response<String> lease;
    List<Response<Boolean>> there;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      lease = pipeline.set(RosterKeys.edgeLease(edge), "1", lease().xx());
      there =
          List.of(
              pipeline.hexists(RosterKeys.edgeSockets(edge), RosterKeys.MARKER),
              pipeline.sismember(RosterKeys.edgeRooms(edge), RosterKeys.MARKER),
              pipeline.sismember(RosterKeys.EDGES, edge.value()));
    }
    return lease.get() != null && there.stream().allMatch(Response::get);
  }

  /// The stream on which the edge said all that it has, last; empty when Redis has lost it.
  public Supplier<String> teller(Batch batch, EdgeId edge) {
    Supplier<String> stream =
        batch.add(redis -> redis.hget(RosterKeys.edgeSockets(edge), RosterKeys.MARKER));
    return () -> Replies.text(stream.get());
  }

  /// What is known of the edge may be wrong: {@link #renew} will say so, and the edge tells all
  /// again.
  public void doubt(EdgeId edge) {
    redis.hdel(RosterKeys.edgeSockets(edge), RosterKeys.MARKER);
  }

  private SetParams lease() {
    return new SetParams().px(leaseMillis);
  }

  /// A connection began.
  void opened(Batch batch, EdgeId edge, ConnectionId connection, UserId user) {
    var unused =
        batch.add(
            redis -> redis.hset(RosterKeys.edgeSockets(edge), connection.value(), user.value()));
  }

  /// A connection entered a room.
  ///
  /// @return who is there then
  Supplier<InRoom> entered(
      Batch batch, EdgeId edge, ConnectionId connection, UserId user, RoomId room) {
    var unused =
        batch.add(redis -> redis.sadd(RosterKeys.edgeRooms(edge), connection + " " + room));
    Supplier<Object> answer =
        batch.call(
            ENTER,
            List.of(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)),
            List.of(connection.value(), user.value(), Integer.toString(USERS_TOLD)));
    return () -> inRoom(Replies.list(answer.get()));
  }

  private static InRoom inRoom(List<?> answer) {
    List<UserId> users = new ArrayList<>();
    answer.subList(2, answer.size()).forEach(u -> users.add(new UserId(Replies.text(u))));
    int count = Math.toIntExact(Replies.number(answer.get(1)));
    return new InRoom(users, count, Replies.number(answer.get(0)) == 1);
  }

  /// A connection left a room.
  ///
  /// @param due why; nothing happens when that is not due any more. Null = it said so itself
  /// @return the departure, when that was the user's last connection there
  Supplier<Optional<Departure>> left(
      Batch batch,
      EdgeId edge,
      ConnectionId connection,
      RoomId room,
      DueWork.@Nullable Claimed due) {
    List<String> arguments = new ArrayList<>(List.of(connection.value(), connection + " " + room));
    if (due != null) {
      arguments.addAll(due.proof());
    }
    Supplier<Object> user =
        batch.call(
            LEAVE,
            List.of(
                RosterKeys.roomSockets(room),
                RosterKeys.roomOnline(room),
                RosterKeys.edgeRooms(edge),
                DueWork.KEY),
            arguments);
    return () ->
        Optional.ofNullable(user.get()).map(u -> new Departure(room, new UserId(Replies.text(u))));
  }

  /// A connection ended.
  ///
  /// @param due nothing happens when that is not due any more
  void closed(Batch batch, EdgeId edge, ConnectionId connection, DueWork.Claimed due) {
    List<String> arguments = new ArrayList<>(List.of(connection.value()));
    arguments.addAll(due.proof());
    var unused = batch.call(CLOSED, List.of(RosterKeys.edgeSockets(edge), DueWork.KEY), arguments);
  }

  /// How many are in a room.
  Supplier<Long> count(Batch batch, RoomId room) {
    return batch.add(redis -> redis.hlen(RosterKeys.roomOnline(room)));
  }

  /// An empty batch.
  public Batch batch() {
    return new Batch(redis);
  }

  /// The rooms that connections of an edge are in, by connection.
  public Map<ConnectionId, Set<RoomId>> roomsOf(EdgeId edge) {
    Map<ConnectionId, Set<RoomId>> rooms = new HashMap<>();
    for (String entry : redis.smembers(RosterKeys.edgeRooms(edge))) {
      int cut = entry.indexOf(' ');
      if (cut > 0) {
        rooms
            .computeIfAbsent(new ConnectionId(entry.substring(0, cut)), c -> new HashSet<>())
            .add(new RoomId(entry.substring(cut + 1)));
      }
    }
    return rooms;
  }

  /// The connections of an edge, with their users; of those that ended lately too.
  public Map<ConnectionId, UserId> connectionsOf(EdgeId edge) {
    Map<ConnectionId, UserId> connections = new HashMap<>();
    redis
        .hgetAll(RosterKeys.edgeSockets(edge))
        .forEach(
            (connection, user) -> {
              if (!connection.equals(RosterKeys.MARKER)) {
                connections.put(new ConnectionId(connection), new UserId(user));
              }
            });
    return connections;
  }

  /// The edges that may have entries.
  public Set<EdgeId> edges() {
    return redis.smembers(RosterKeys.EDGES).stream().map(EdgeId::new).collect(Collectors.toSet());
  }

  /// Is there a lease?
  public boolean isAlive(EdgeId edge) {
    return redis.exists(RosterKeys.edgeLease(edge));
  }

  /// Forgets an edge that has no entries left but those that what is due removes.
  public void forget(EdgeId edge) {
    redis.srem(RosterKeys.EDGES, edge.value());
    redis.hdel(RosterKeys.edgeSockets(edge), RosterKeys.MARKER);
    redis.srem(RosterKeys.edgeRooms(edge), RosterKeys.MARKER);
  }

  /// Those of these rooms of which Redis does not have both keys.
  Set<RoomId> incomplete(Collection<RoomId> rooms) {
    Map<RoomId, Response<Long>> there = new HashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (RoomId room : rooms) {
        there.put(room, pipeline.exists(RosterKeys.roomSockets(room), RosterKeys.roomOnline(room)));
      }
    }
    return there.entrySet().stream()
        .filter(one -> one.getValue().get() < 2)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /// One sweeper at a time: true when this node may sweep now.
  public boolean maySweep(String node) {
    return redis.set(
            RosterKeys.SWEEPER, node, new SetParams().nx().px(Math.max(leaseMillis / 12, 40)))
        != null;
  }

  /// Who is in a room.
  public InRoom inRoom(RoomId room) {
    String key = RosterKeys.roomOnline(room);
    List<UserId> users = redis.hrandfield(key, USERS_TOLD).stream().map(UserId::new).toList();
    return new InRoom(users, Math.toIntExact(redis.hlen(key)), false);
  }
}
