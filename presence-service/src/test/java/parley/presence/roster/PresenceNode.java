package parley.presence.roster;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.ServiceToken;
import parley.contract.UserId;
import parley.fanout.memory.InMemoryBus;
import parley.presence.due.DueRunner;
import parley.presence.due.DueWork;
import parley.presence.typing.Typing;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Invisible;
import parley.presence.user.RecentChanges;
import parley.presence.user.Sightings;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.ConnectionState;
import redis.clients.jedis.RedisClient;

/// A presence node without its streams.
final class PresenceNode implements AutoCloseable {

  final Roster roster;
  final UserPresences users;
  final DueWork due;
  final RecentChanges recent;
  final Invisible invisible;
  final RoomPresence rooms;
  final UserComings comings;
  final EdgeSnapshot snapshots;
  final Typing typing;
  private final Sightings sightings;
  private final ChangePublisher changes;
  private final DueRunner runner;

  PresenceNode(RedisClient redis, InMemoryBus bus, long graceMillis) {
    roster = new Roster(redis, 300);
    users = new UserPresences(redis, 60_000);
    recent = new RecentChanges(redis, users, 20_000);
    invisible = new Invisible(users);
    due = new DueWork(redis);
    sightings = new Sightings(List.of(), new ServiceToken("test-token"));
    changes = new ChangePublisher(users, recent, due, bus, sightings);
    rooms = new RoomPresence(roster, users, invisible, bus, due, 500);
    comings = new UserComings(roster, rooms, users, invisible, changes, due, graceMillis);
    snapshots = new EdgeSnapshot(roster, rooms, comings);
    typing = new Typing(bus, due, invisible, 5_000);
    runner =
        new DueRunner(
            due,
            Map.of(
                UserComings.OFFLINE, comings::offlineIfGone,
                UserPresences.TELL, changes::tellAgain,
                RoomPresence.LEAVE, rooms::leave,
                Typing.DUE, typing::expire));
    changes.start();
    runner.start();
  }

  static User user(String id) {
    return User.newBuilder().setId(id).setUsername(id).build();
  }

  /// With one room.
  static ConnectionState state(String connection, String user, boolean confirmed) {
    return ConnectionState.newBuilder()
        .setConnectionId(connection)
        .setUser(user(user))
        .addRoomIds("r")
        .setConfirmed(confirmed)
        .build();
  }

  void replace(String edge, ConnectionState... connections) {
    EdgeId id = new EdgeId(edge);
    snapshots.begin(id, "stream");
    snapshots.removeAllBut(id, snapshots.stand(id, List.of(connections)));
  }

  void open(String edge, String connection, String user) {
    done(
        batch ->
            comings.opened(
                batch,
                new EdgeId(edge),
                new ConnectionId(connection),
                user(user),
                Audience.getDefaultInstance(),
                false));
  }

  void close(String edge, String connection, String user, String... inRooms) {
    done(
        batch ->
            comings.closed(
                batch,
                new EdgeId(edge),
                new ConnectionId(connection),
                new UserId(user),
                java.util.Arrays.stream(inRooms).map(RoomId::new).toList()));
  }

  void enter(String edge, String connection, String user) {
    done(batch -> enter(batch, edge, connection, user));
  }

  void enter(Batch batch, String edge, String connection, String user) {
    rooms.entered(
        batch,
        new EdgeId(edge),
        new ConnectionId(connection),
        user(user),
        new RoomId("r"),
        inRoom -> {});
  }

  void leave(String edge, String connection) {
    done(batch -> leave(batch, edge, connection));
  }

  void leave(Batch batch, String edge, String connection) {
    rooms.left(batch, new EdgeId(edge), new ConnectionId(connection), new RoomId("r"));
  }

  List<String> inRoom() {
    return rooms.inRoom(new RoomId("r")).users().stream().map(UserId::value).toList();
  }

  int connections(String user) {
    return users.connections(new UserId(user));
  }

  void done(Consumer<Batch> change) {
    Batch batch = roster.batch();
    change.accept(batch);
    batch.carryOut();
  }

  @Override
  public void close() {
    runner.close();
    changes.close();
    sightings.close();
  }
}
