package parley.presence.roster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.presence.user.ChangePublisher;
import parley.presence.user.UserPresences;
import parley.proto.bus.BusEvent;
import parley.proto.bus.RoomCount;
import parley.proto.bus.UserJoinedRoom;
import parley.proto.bus.UserLeftRoom;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.ConnectionState;
import parley.proto.presence.DepartedUser;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;

/// Changes of who is where, told to those whom they concern: a user's first connection and its
/// last, anywhere and in each room. What ends with a connection counts as ended only after a grace,
/// so that who comes back in time was never gone. Blocks on Redis; safe for any thread.
public final class Presences {

  /// What due work of these kinds begins with: edge, connection and room follow; a user; a room.
  public static final String LEAVE = "leave";

  public static final String OFFLINE = "offline";
  public static final String COUNT = "count";

  private static final long COUNT_MILLIS = 1_000;

  private final Roster roster;
  private final UserPresences users;
  private final BusPublisher bus;
  private final ChangePublisher changes;
  private final DueWork due;
  private final long graceMillis;
  private final int largeRoom;
  private volatile Set<String> invisible = Set.of();

  /// @param largeRoom with more users in it a room is told counts
  public Presences(
      Roster roster,
      UserPresences users,
      BusPublisher bus,
      ChangePublisher changes,
      DueWork due,
      long graceMillis,
      int largeRoom) {
    this.roster = roster;
    this.users = users;
    this.bus = bus;
    this.changes = changes;
    this.due = due;
    this.graceMillis = graceMillis;
    this.largeRoom = largeRoom;
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param quiet it was told before
  public void opened(String edge, String connection, User user, Audience audience, boolean quiet) {
    roster.opened(edge, connection, user.getId());
    PresenceChange change = users.opened(connection, user, audience, quiet);
    if (change != null && invisible.contains(user.getId())) {
      users.visible(user.getId());
      refreshInvisible();
    }
    changes.publish(change);
  }

  /// A connection entered a room.
  public Roster.InRoom entered(String edge, String connection, User user, String room) {
    Roster.InRoom inRoom = roster.entered(edge, connection, user.getId(), room);
    users.active(user.getId(), room);
    if (inRoom.first() && inRoom.count() > largeRoom) {
      due.schedule(COUNT_MILLIS, COUNT, room);
    } else if (inRoom.first() && !invisible.contains(user.getId())) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserJoined(UserJoinedRoom.newBuilder().setRoomId(room).setUser(user))
              .build());
    }
    return visible(inRoom);
  }

  /// Who is in a room, as others see it.
  public Roster.InRoom inRoom(String room) {
    return visible(roster.inRoom(room));
  }

  private Roster.InRoom visible(Roster.InRoom inRoom) {
    Set<String> hidden = invisible;
    List<String> shown =
        hidden.isEmpty()
            ? inRoom.users()
            : inRoom.users().stream().filter(user -> !hidden.contains(user)).toList();
    int count = inRoom.count() - (inRoom.users().size() - shown.size());
    return new Roster.InRoom(shown, count, inRoom.first());
  }

  /// Learns who is connected and shown as offline.
  public void refreshInvisible() {
    invisible = users.invisible();
  }

  /// A connection left a room.
  public void left(String edge, String connection, String room) {
    Roster.Departure departure = roster.left(edge, connection, room);
    if (departure == null) {
      return;
    }
    if (roster.inRoom(room).count() >= largeRoom) {
      due.schedule(COUNT_MILLIS, COUNT, room);
    } else if (!invisible.contains(departure.user())) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserLeft(UserLeftRoom.newBuilder().setRoomId(room).setUserId(departure.user()))
              .build());
    }
  }

  /// A connection ended, and after the grace its stay in `rooms`, and perhaps the user's presence.
  public void closed(String edge, String connection, String user, Iterable<String> rooms) {
    closed(edge, connection, user, rooms, graceMillis);
  }

  private void closed(
      String edge, String connection, String user, Iterable<String> rooms, long grace) {
    // What is due comes first: should this node die in between, another one looks after it.
    for (String room : rooms) {
      due.schedule(grace, LEAVE, edge, connection, room);
    }
    due.schedule(grace, OFFLINE, user);
    users.closed(connection, user);
    roster.closed(edge, connection);
  }

  /// A user says something else of itself.
  ///
  /// @throws UserPresences.NotConnectedException when it has no connection
  public void status(String user, Status status, String text)
      throws UserPresences.NotConnectedException {
    changes.publish(users.status(user, status, text));
    refreshInvisible();
  }

  /// Due: takes a user as gone if it has no connection.
  public void offlineIfGone(String user) {
    changes.publish(users.offlineIfGone(user));
  }

  /// Due: tells a large room how many are in it.
  public void tellCount(String room) {
    publish(
        room,
        BusEvent.newBuilder()
            .setRoomCount(
                RoomCount.newBuilder().setRoomId(room).setCount(roster.inRoom(room).count()))
            .build());
  }

  /// Makes the roster hold exactly these connections for the edge.
  public void replace(String edge, List<ConnectionState> connections, List<DepartedUser> departed) {
    roster.register(edge);
    Map<String, Set<String>> present = new HashMap<>();
    for (ConnectionState state : connections) {
      present.put(state.getConnectionId(), new HashSet<>(state.getRoomIdsList()));
    }
    removeAllBut(edge, present, graceMillis);
    for (ConnectionState state : connections) {
      opened(
          edge,
          state.getConnectionId(),
          state.getUser(),
          state.getAudience(),
          state.getConfirmed());
      state
          .getRoomIdsList()
          .forEach(room -> entered(edge, state.getConnectionId(), state.getUser(), room));
    }
    for (DepartedUser gone : departed) {
      changes.publish(users.offlineIfGone(gone.getUser(), gone.getAudience()));
    }
  }

  /// Removes everything of a dead edge: its users had their grace.
  public void removeAll(String edge) {
    removeAllBut(edge, Map.of(), 0);
    roster.forget(edge);
  }

  private void removeAllBut(String edge, Map<String, Set<String>> present, long grace) {
    Map<String, Set<String>> rooms = roster.roomsOf(edge);
    Map<String, String> connections = roster.connectionsOf(edge);
    rooms.forEach(
        (connection, held) -> {
          Set<String> staying = present.getOrDefault(connection, Set.of());
          held.stream()
              .filter(room -> !staying.contains(room))
              .forEach(room -> due.schedule(grace, LEAVE, edge, connection, room));
        });
    connections.forEach(
        (connection, user) -> {
          if (!present.containsKey(connection)) {
            closed(edge, connection, user, Set.of(), grace);
          }
        });
  }

  private void publish(String room, BusEvent event) {
    bus.publish(new Topic.Room(room), event.toByteArray());
  }
}
