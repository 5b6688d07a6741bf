package parley.presence.roster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.bus.UserJoinedRoom;
import parley.proto.bus.UserLeftRoom;
import parley.proto.chat.User;
import parley.proto.presence.ConnectionState;

/// Changes of the roster, told to those whom they concern: a user's first connection in a room and
/// its last. Blocks on Redis; safe for any thread.
public final class Presences {

  private final Roster roster;
  private final BusPublisher bus;

  public Presences(Roster roster, BusPublisher bus) {
    this.roster = roster;
    this.bus = bus;
  }

  /// A connection entered a room.
  public Roster.InRoom entered(String edge, String connection, User user, String room) {
    Roster.InRoom inRoom = roster.entered(edge, connection, user.getId(), room);
    if (inRoom.first()) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserJoined(UserJoinedRoom.newBuilder().setRoomId(room).setUser(user))
              .build());
    }
    return inRoom;
  }

  /// A connection left a room.
  public void left(String edge, String connection, String room) {
    Roster.Departure departure = roster.left(edge, connection, room);
    if (departure != null) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserLeft(UserLeftRoom.newBuilder().setRoomId(room).setUserId(departure.user()))
              .build());
    }
  }

  /// A connection ended, and its stay in `rooms` with it.
  public void closed(String edge, String connection, String user, Iterable<String> rooms) {
    rooms.forEach(room -> left(edge, connection, room));
    roster.closed(edge, connection, user);
  }

  /// Makes the roster hold exactly these connections for the edge.
  public void replace(String edge, List<ConnectionState> connections) {
    roster.register(edge);
    Map<String, Set<String>> present = new HashMap<>();
    for (ConnectionState state : connections) {
      present.put(state.getConnectionId(), new HashSet<>(state.getRoomIdsList()));
    }
    removeAllBut(edge, present);
    for (ConnectionState state : connections) {
      roster.opened(edge, state.getConnectionId(), state.getUser().getId());
      state
          .getRoomIdsList()
          .forEach(room -> entered(edge, state.getConnectionId(), state.getUser(), room));
    }
  }

  /// Removes everything of a dead edge.
  public void removeAll(String edge) {
    removeAllBut(edge, Map.of());
    roster.forget(edge);
  }

  private void removeAllBut(String edge, Map<String, Set<String>> present) {
    roster
        .roomsOf(edge)
        .forEach(
            (connection, rooms) -> {
              Set<String> staying = present.getOrDefault(connection, Set.of());
              rooms.stream()
                  .filter(room -> !staying.contains(room))
                  .forEach(room -> left(edge, connection, room));
            });
    roster
        .connectionsOf(edge)
        .forEach(
            (connection, user) -> {
              if (!present.containsKey(connection)) {
                roster.closed(edge, connection, user);
              }
            });
  }

  private void publish(String room, BusEvent event) {
    bus.publish(new Topic.Room(room), event.toByteArray());
  }
}
