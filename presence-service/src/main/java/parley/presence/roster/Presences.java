package parley.presence.roster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.presence.user.ChangePublisher;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
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
/// so that who comes back in time was never gone. What comes with a batch is done, and told, with
/// it; all other calls block on Redis. Safe for any thread.
public final class Presences {

  /// What due work of these kinds begins with: edge, connection and room follow; a user; a room.
  public static final String LEAVE = "leave";

  public static final String OFFLINE = "offline";
  public static final String COUNT = "count";

  private static final long COUNT_MILLIS = 1_000;
  private static final int FULL = 1_000;

  private final Roster roster;
  private final UserPresences users;
  private final BusPublisher bus;
  private final ChangePublisher changes;
  private final DueWork due;
  private final long graceMillis;
  private final int largeRoom;
  private volatile Set<String> invisible = Set.of();

  /// @param graceMillis between an end and what is told of it
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
  public void opened(
      Batch batch, String edge, String connection, User user, Audience audience, boolean quiet) {
    roster.opened(batch, edge, connection, user.getId());
    Supplier<Optional<PresenceChange>> change =
        users.opened(batch, connection, user, audience, quiet);
    batch.then(
        next -> {
          if (change.get().isPresent() && invisible.contains(user.getId())) {
            users.visible(user.getId());
            refreshInvisible();
          }
          change.get().ifPresent(changes::publish);
        });
  }

  /// A connection entered a room.
  ///
  /// @param told gets who is there, as others see it
  public void entered(
      Batch batch,
      String edge,
      String connection,
      User user,
      String room,
      Consumer<Roster.InRoom> told) {
    Supplier<Roster.InRoom> inRoom = roster.entered(batch, edge, connection, user.getId(), room);
    users.active(batch, user.getId(), room);
    batch.then(
        next -> {
          tellEntered(next, user, room, inRoom.get());
          told.accept(visible(inRoom.get()));
        });
  }

  private void tellEntered(Batch batch, User user, String room, Roster.InRoom inRoom) {
    if (inRoom.first() && inRoom.count() > largeRoom) {
      due.schedule(batch, COUNT_MILLIS, COUNT, room);
    } else if (inRoom.first() && !invisible.contains(user.getId())) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserJoined(UserJoinedRoom.newBuilder().setRoomId(room).setUser(user))
              .build());
    }
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
  public void left(Batch batch, String edge, String connection, String room) {
    Supplier<Optional<Roster.Departure>> departure = roster.left(batch, edge, connection, room);
    Supplier<Long> count =
        roster.count(batch, room); // told in its turn: it may be back behind this
    batch.then(next -> departure.get().ifPresent(gone -> tellLeft(next, gone, count.get())));
  }

  private void tellLeft(Batch batch, Roster.Departure departure, long count) {
    String room = departure.room();
    if (count >= largeRoom) {
      due.schedule(batch, COUNT_MILLIS, COUNT, room);
    } else if (!invisible.contains(departure.user())) {
      publish(
          room,
          BusEvent.newBuilder()
              .setUserLeft(UserLeftRoom.newBuilder().setRoomId(room).setUserId(departure.user()))
              .build());
    }
  }

  /// A connection ended, and after the grace its stay in `rooms`, and perhaps the user's presence.
  public void closed(
      Batch batch, String edge, String connection, String user, Iterable<String> rooms) {
    closed(batch, edge, connection, user, rooms, graceMillis);
  }

  private void closed(
      Batch batch,
      String edge,
      String connection,
      String user,
      Iterable<String> rooms,
      long grace) {
    // What is due comes first: should this node die in between, another one looks after it.
    for (String room : rooms) {
      due.schedule(batch, grace, LEAVE, edge, connection, room);
    }
    due.schedule(batch, grace, OFFLINE, user);
    users.closed(batch, connection, user);
    roster.closed(batch, edge, connection);
  }

  /// A user says something else of itself.
  ///
  /// @throws UserPresences.NotConnectedException when it has no connection
  public void status(String user, Status status, String text)
      throws UserPresences.NotConnectedException {
    users.status(user, status, text).ifPresent(changes::publish);
    refreshInvisible();
  }

  /// Due: takes a user as gone if it has no connection.
  public void offlineIfGone(Batch batch, String user) {
    Supplier<Optional<PresenceChange>> change = users.offlineIfGone(batch, user);
    batch.then(
        next ->
            change
                .get()
                .ifPresent(
                    gone -> {
                      changes.publish(gone);
                      users.idle(next, user);
                    }));
  }

  /// Due: tells a large room how many are in it.
  public void tellCount(Batch batch, String room) {
    Supplier<Long> count = roster.count(batch, room);
    batch.then(
        next ->
            publish(
                room,
                BusEvent.newBuilder()
                    .setRoomCount(
                        RoomCount.newBuilder()
                            .setRoomId(room)
                            .setCount(Math.toIntExact(count.get())))
                    .build()));
  }

  /// These connections of an edge stand, with their rooms.
  public void stand(String edge, List<ConnectionState> connections) {
    Batch batch = roster.batch();
    for (ConnectionState state : connections) {
      stands(batch, edge, state);
      carryOutIfFull(batch);
    }
    batch.carryOut();
  }

  /// Connections of these users ended while nobody heard it: who has none left is gone.
  public void departed(List<DepartedUser> departed) {
    Batch batch = roster.batch();
    for (DepartedUser gone : departed) {
      Supplier<Optional<PresenceChange>> change =
          users.offlineIfGone(batch, gone.getUser(), gone.getAudience());
      batch.then(next -> change.get().ifPresent(changes::publish));
      carryOutIfFull(batch);
    }
    batch.carryOut();
  }

  /// The edge has these connections and no others, and they are in these rooms and no others.
  ///
  /// @param present rooms by connection
  public void removeAllBut(String edge, Map<String, Set<String>> present) {
    removeAllBut(edge, present, graceMillis);
  }

  private void stands(Batch batch, String edge, ConnectionState state) {
    String connection = state.getConnectionId();
    opened(batch, edge, connection, state.getUser(), state.getAudience(), state.getConfirmed());
    for (String room : state.getRoomIdsList()) {
      entered(batch, edge, connection, state.getUser(), room, inRoom -> {});
    }
  }

  private static void carryOutIfFull(Batch batch) {
    if (batch.size() >= FULL) {
      batch.carryOut();
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
    Batch batch = roster.batch();
    rooms.forEach(
        (connection, held) -> {
          Set<String> staying = present.getOrDefault(connection, Set.of());
          held.stream()
              .filter(room -> !staying.contains(room))
              .forEach(room -> due.schedule(batch, grace, LEAVE, edge, connection, room));
          carryOutIfFull(batch);
        });
    connections.forEach(
        (connection, user) -> {
          if (!present.containsKey(connection)) {
            closed(batch, edge, connection, user, Set.of(), grace);
            carryOutIfFull(batch);
          }
        });
    batch.carryOut();
  }

  private void publish(String room, BusEvent event) {
    bus.publish(new Topic.Room(room), event.toByteArray());
  }
}
