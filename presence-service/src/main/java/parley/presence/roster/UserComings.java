package parley.presence.roster;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import parley.contract.ConnectionId;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.presence.due.DueWork;
import parley.presence.user.ChangePublisher;
import parley.presence.user.Invisible;
import parley.presence.user.UserPresences;
import parley.process.redis.Batch;
import parley.proto.chat.User;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;

/// Users that come and go, told to those whom they concern: a user's first connection anywhere and
/// its last. What ends with a connection counts as ended only after a grace, so that who comes back
/// in time was never gone. What comes with a batch is done, and told, with it; all other calls
/// block on Redis. Safe for any thread.
public final class UserComings {

  /// What due work of this kind begins with: user, edge and connection follow.
  public static final String OFFLINE = "offline";

  private final Roster roster;
  private final RoomPresence rooms;
  private final UserPresences users;
  private final Invisible invisible;
  private final ChangePublisher changes;
  private final DueWork due;
  private final long graceMillis;

  /// @param graceMillis between an end and what is told of it
  public UserComings(
      Roster roster,
      RoomPresence rooms,
      UserPresences users,
      Invisible invisible,
      ChangePublisher changes,
      DueWork due,
      long graceMillis) {
    this.roster = roster;
    this.rooms = rooms;
    this.users = users;
    this.invisible = invisible;
    this.changes = changes;
    this.due = due;
    this.graceMillis = graceMillis;
  }

  /// A connection began, or its audience is another now.
  ///
  /// @param quiet it was told before
  public void opened(
      Batch batch,
      EdgeId edge,
      ConnectionId connection,
      User user,
      Audience audience,
      boolean quiet) {
    UserId id = new UserId(user.getId());
    due.cancel(batch, OFFLINE, id.value(), edge.value(), connection.value());
    roster.opened(batch, edge, connection, id);
    Supplier<Optional<PresenceChange>> change =
        users.opened(batch, connection, user, audience, quiet);
    batch.then(
        next -> {
          if (change.get().isPresent() && invisible.has(id)) {
            invisible.refresh(); // that it is invisible was forgotten with its card
          }
          change.get().ifPresent(changes::publish);
        });
  }

  /// A connection ended, and after the grace its stay in `inRooms`, and perhaps the user's
  /// presence.
  public void closed(
      Batch batch, EdgeId edge, ConnectionId connection, UserId user, Iterable<RoomId> inRooms) {
    closed(batch, edge, connection, user, inRooms, graceMillis);
  }

  /// What is due comes first: should this node die in between, another one looks after it. Until it
  /// is carried out the connection stays among its edge's: should Redis lose what is due, the
  /// edge's next snapshot brings it to light.
  void closed(
      Batch batch,
      EdgeId edge,
      ConnectionId connection,
      UserId user,
      Iterable<RoomId> inRooms,
      long grace) {
    for (RoomId room : inRooms) {
      rooms.leaveLater(batch, edge, connection, room, grace);
    }
    due.schedule(batch, grace, OFFLINE, user.value(), edge.value(), connection.value());
    users.closed(batch, connection, user);
  }

  /// What is due after the end of a connection.
  static String end(UserId user, EdgeId edge, ConnectionId connection) {
    return DueWork.member(OFFLINE, user.value(), edge.value(), connection.value());
  }

  /// The grace after an end.
  long graceMillis() {
    return graceMillis;
  }

  /// A user says something else of itself.
  ///
  /// @throws UserPresences.NotConnectedException when it has no connection
  public void status(UserId user, Status status, String text)
      throws UserPresences.NotConnectedException {
    users.status(user, status, text).ifPresent(changes::publish);
    invisible.refresh();
  }

  /// Due: takes a user as gone if it has no connection.
  ///
  /// @param ended user; then edge and connection (older nodes leave them out)
  public void offlineIfGone(DueWork.Claimed ended, Batch batch) {
    List<String> words = ended.words();
    UserId user = new UserId(words.get(0));
    Supplier<Optional<PresenceChange>> change = users.offlineIfGone(batch, user);
    if (words.size() == 3) {
      roster.closed(batch, new EdgeId(words.get(1)), new ConnectionId(words.get(2)), ended);
    }
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

  /// A user whose connections ended while nobody heard it, and of whom Redis may know nothing any
  /// more.
  void departed(Batch batch, User user, Audience audience) {
    Supplier<Optional<PresenceChange>> change = users.offlineIfGone(batch, user, audience);
    batch.then(next -> change.get().ifPresent(changes::publish));
  }
}
