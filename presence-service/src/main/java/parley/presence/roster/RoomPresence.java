package parley.presence.roster;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.presence.due.DueWork;
import parley.presence.user.Invisible;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.bus.BusEvent;
import parley.proto.bus.RoomCount;
import parley.proto.bus.UserJoinedRoom;
import parley.proto.bus.UserLeftRoom;
import parley.proto.chat.User;

/// Who is in which room, told to those who are: a user's first connection there and its last. The
/// invisible are neither told nor named. What comes with a batch is done, and told, with it; all
/// other calls block on Redis. Safe for any thread.
public final class RoomPresence {

  /// What due work of these kinds begins with: edge, connection and room follow; a room.
  public static final String LEAVE = "leave";

  public static final String COUNT = "count";

  private static final long COUNT_MILLIS = 1_000;

  private final Roster roster;
  private final UserPresences users;
  private final Invisible invisible;
  private final BusPublisher bus;
  private final DueWork due;
  private final int largeRoom;

  /// @param largeRoom with more users in it a room is told counts
  public RoomPresence(
      Roster roster,
      UserPresences users,
      Invisible invisible,
      BusPublisher bus,
      DueWork due,
      int largeRoom) {
    this.roster = roster;
    this.users = users;
    this.invisible = invisible;
    this.bus = bus;
    this.due = due;
    this.largeRoom = largeRoom;
  }

  /// A connection entered a room; should it be about to be taken out of it, it stays.
  ///
  /// @param told gets who is there, as others see it
  public void entered(
      Batch batch,
      EdgeId edge,
      ConnectionId connection,
      User user,
      RoomId room,
      Consumer<Roster.InRoom> told) {
    UserId id = new UserId(user.getId());
    due.cancel(batch, LEAVE, edge.value(), connection.value(), room.value());
    Supplier<Roster.InRoom> inRoom = roster.entered(batch, edge, connection, id, room);
    users.active(batch, id, room);
    batch.then(
        next -> {
          tellEntered(next, user, room, inRoom.get());
          told.accept(visible(inRoom.get()));
        });
  }

  private void tellEntered(Batch batch, User user, RoomId room, Roster.InRoom inRoom) {
    if (inRoom.first() && inRoom.count() > largeRoom) {
      due.schedule(batch, COUNT_MILLIS, COUNT, room.value());
    } else if (inRoom.first() && !invisible.has(new UserId(user.getId()))) {
      UserJoinedRoom joined =
          UserJoinedRoom.newBuilder().setRoomId(room.value()).setUser(user).build();
      publish(room, BusEvent.newBuilder().setUserJoined(joined).build());
    }
  }

  /// Who is in a room, as others see it.
  public Roster.InRoom inRoom(RoomId room) {
    return visible(roster.inRoom(room));
  }

  private Roster.InRoom visible(Roster.InRoom inRoom) {
    List<UserId> shown =
        invisible.isEmpty()
            ? inRoom.users()
            : inRoom.users().stream().filter(user -> !invisible.has(user)).toList();
    int count = inRoom.count() - (inRoom.users().size() - shown.size());
    return new Roster.InRoom(shown, count, inRoom.first());
  }

  /// A connection left a room.
  public void left(Batch batch, EdgeId edge, ConnectionId connection, RoomId room) {
    told(batch, room, roster.left(batch, edge, connection, room, null));
  }

  private void told(Batch batch, RoomId room, Supplier<Optional<Roster.Departure>> departure) {
    Supplier<Long> count =
        roster.count(batch, room); // told in its turn: it may be back behind this
    batch.then(next -> departure.get().ifPresent(gone -> tellLeft(next, gone, count.get())));
  }

  /// Due: the same, unless the connection has entered anew.
  ///
  /// @param ended edge, connection and room
  public void leave(DueWork.Claimed ended, Batch batch) {
    EdgeId edge = new EdgeId(ended.words().get(0));
    ConnectionId connection = new ConnectionId(ended.words().get(1));
    RoomId room = new RoomId(ended.words().get(2));
    told(batch, room, roster.left(batch, edge, connection, room, ended));
  }

  /// After the grace it leaves a room.
  void leaveLater(
      Batch batch, EdgeId edge, ConnectionId connection, RoomId room, long graceMillis) {
    due.schedule(batch, graceMillis, LEAVE, edge.value(), connection.value(), room.value());
  }

  private void tellLeft(Batch batch, Roster.Departure departure, long count) {
    RoomId room = departure.room();
    if (count >= largeRoom) {
      due.schedule(batch, COUNT_MILLIS, COUNT, room.value());
    } else if (!invisible.has(departure.user())) {
      UserLeftRoom left =
          UserLeftRoom.newBuilder()
              .setRoomId(room.value())
              .setUserId(departure.user().value())
              .build();
      publish(room, BusEvent.newBuilder().setUserLeft(left).build());
    }
  }

  /// Due: tells a large room how many are in it.
  ///
  /// @param large the room
  public void tellCount(DueWork.Claimed large, Batch batch) {
    RoomId room = new RoomId(large.words().get(0));
    Supplier<Long> count = roster.count(batch, room);
    batch.then(
        next -> {
          RoomCount told =
              RoomCount.newBuilder()
                  .setRoomId(room.value())
                  .setCount(Math.toIntExact(count.get()))
                  .build();
          publish(room, BusEvent.newBuilder().setRoomCount(told).build());
        });
  }

  private void publish(RoomId room, BusEvent event) {
    bus.publish(new Topic.Room(room.value()), event.toByteArray());
  }
}
