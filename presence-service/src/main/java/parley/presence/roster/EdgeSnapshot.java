package parley.presence.roster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.InvalidIdException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.process.redis.Batch;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.DepartedUser;

/// All that an edge has, put in the place of what is known of it. Blocks on Redis; safe for any
/// thread, but one edge's by one thread at a time.
public final class EdgeSnapshot {

  private static final System.Logger LOG = System.getLogger(EdgeSnapshot.class.getName());
  private static final int FULL = 1_000;

  private final Roster roster;
  private final RoomPresence rooms;
  private final UserComings comings;

  public EdgeSnapshot(Roster roster, RoomPresence rooms, UserComings comings) {
    this.roster = roster;
    this.rooms = rooms;
    this.comings = comings;
  }

  /// The edge is about to say all that it has, in parts. It gets a lease.
  ///
  /// @param stream on which it says so
  public void begin(EdgeId edge, String stream) {
    roster.begin(edge, stream);
  }

  /// These connections stand, with their rooms; the edge keeps its lease meanwhile. One that is not
  /// well formed is logged and left out.
  ///
  /// @return rooms by connection
  /// @throws redis.clients.jedis.exceptions.JedisException when Redis fails: to be said again
  public Map<ConnectionId, Set<RoomId>> stand(EdgeId edge, List<ConnectionState> connections) {
    Map<ConnectionId, Set<RoomId>> present = new HashMap<>();
    Batch batch = roster.batch();
    for (ConnectionState state : connections) {
      guarded(
          () -> {
            ConnectionId connection = new ConnectionId(state.getConnectionId());
            Set<RoomId> held = new HashSet<>();
            state.getRoomIdsList().forEach(room -> held.add(new RoomId(room)));
            stands(batch, edge, state);
            present.put(connection, held);
          });
      carryOutIfFull(batch, edge);
    }
    batch.carryOut();
    return present;
  }

  /// Connections of these users ended while nobody heard it: who has none left is gone.
  public void departed(List<DepartedUser> departed) {
    Batch batch = roster.batch();
    for (DepartedUser gone : departed) {
      guarded(() -> comings.departed(batch, gone.getUser(), gone.getAudience()));
    }
    batch.carryOut();
  }

  /// The edge has these connections and no others, and they are in these rooms and no others.
  ///
  /// @param present rooms by connection
  public void removeAllBut(EdgeId edge, Map<ConnectionId, Set<RoomId>> present) {
    removeAllBut(edge, present, comings.graceMillis());
    roster.register(edge);
  }

  private void stands(Batch batch, EdgeId edge, ConnectionState state) {
    ConnectionId connection = new ConnectionId(state.getConnectionId());
    comings.opened(
        batch, edge, connection, state.getUser(), state.getAudience(), state.getConfirmed());
    for (String room : state.getRoomIdsList()) {
      rooms.entered(batch, edge, connection, state.getUser(), new RoomId(room), inRoom -> {});
    }
  }

  /// A large edge's snapshot takes longer than a lease.
  private void carryOutIfFull(Batch batch, EdgeId edge) {
    if (batch.size() >= FULL) {
      batch.carryOut();
      roster.register(edge);
    }
  }

  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (InvalidIdException e) {
      LOG.log(System.Logger.Level.ERROR, "a connection is left out, " + UUID.randomUUID(), e);
    }
  }

  /// Removes everything of a dead edge: its users had their grace.
  public void removeAll(EdgeId edge) {
    removeAllBut(edge, Map.of(), 0);
    roster.forget(edge);
  }

  private void removeAllBut(EdgeId edge, Map<ConnectionId, Set<RoomId>> present, long grace) {
    Map<ConnectionId, Set<RoomId>> known = roster.roomsOf(edge);
    Map<ConnectionId, UserId> connections = roster.connectionsOf(edge);
    Batch batch = roster.batch();
    known.forEach(
        (connection, held) -> {
          Set<RoomId> staying = present.getOrDefault(connection, Set.of());
          for (RoomId room : held) {
            if (!staying.contains(room)) {
              rooms.leaveLater(batch, edge, connection, room, grace);
            }
          }
          carryOutIfFull(batch, edge);
        });
    connections.forEach(
        (connection, user) -> {
          if (!present.containsKey(connection)) {
            comings.closed(batch, edge, connection, user, Set.of(), grace);
            carryOutIfFull(batch, edge);
          }
        });
    batch.carryOut();
  }
}
