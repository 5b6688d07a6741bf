package parley.presence.roster;

import parley.contract.EdgeId;
import parley.contract.RoomId;

/// The Redis keys of presence. Braces are hash tags: keys that one script touches lie on one node.
/// `docs/redis.md` describes each.
final class RosterKeys {

  /// Set of the ids of edges that may have entries.
  static final String EDGES = "edges";

  /// String: held by the presence node that is sweeping.
  static final String SWEEPER = "presence_sweeper";

  /// Field of {@link #edgeSockets} and member of {@link #edgeRooms} from an edge's snapshot on:
  /// when it is not there, Redis has lost the key. No id has that character.
  static final String MARKER = "!";

  private RosterKeys() {}

  /// Hash of connection -> user in a room.
  static String roomSockets(RoomId room) {
    return "room_sockets:{" + room + "}";
  }

  /// Hash of user -> number of connections in a room.
  static String roomOnline(RoomId room) {
    return "room_online:{" + room + "}";
  }

  /// String that exists while the edge is alive.
  static String edgeLease(EdgeId edge) {
    return "edge_lease:{" + edge + "}";
  }

  /// Hash of connection -> user of an edge.
  static String edgeSockets(EdgeId edge) {
    return "edge_sockets:{" + edge + "}";
  }

  /// Set of "connection room" of an edge.
  static String edgeRooms(EdgeId edge) {
    return "edge_rooms:{" + edge + "}";
  }
}
