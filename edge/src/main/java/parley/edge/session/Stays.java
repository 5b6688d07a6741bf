package parley.edge.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.engineio.EndReason;
import parley.edge.room.Joining;
import parley.edge.room.LocalRooms;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.RoomRoster;
import parley.proto.relay.JoinRoom;
import parley.proto.relay.Request;
import parley.proto.relay.RoomJoined;

/// The one way of sessions into rooms, and the one way out: what a stay brings about (delivery,
/// presence, whom it concerns, typing, what is saved of it) begins and ends here.
///
/// A session enters a room by one thread at a time. A stay may end by any thread, while it begins
/// too: whoever brought something about afterwards takes it back.
public final class Stays {

  private static final System.Logger LOG = System.getLogger(Stays.class.getName());

  private final CoreClient core;
  private final PresenceClient presence;
  private final LocalRooms rooms;
  private final Sharing sharing;
  private final TypingReports typing;
  private final int mostRooms;

  /// @param mostRooms that a connection can have entered at once. Rooms that one is merely
  ///     subscribed to would have a bound of their own
  public Stays(
      CoreClient core,
      PresenceClient presence,
      LocalRooms rooms,
      Sharing sharing,
      TypingReports typing,
      int mostRooms) {
    this.core = core;
    this.presence = presence;
    this.rooms = rooms;
    this.sharing = sharing;
    this.typing = typing;
    this.mostRooms = mostRooms;
  }

  /// Asks core whether a session may enter a room. Blocks for as long as core takes.
  ///
  /// @throws RefusedException when it may not; TOO_MANY when it is in too many
  public RoomJoined permission(ChatSession session, RoomId room) {
    if (session.stays().in(room) == null && session.stays().size() >= mostRooms) {
      throw new RefusedException(
          ErrorCode.TOO_MANY, "At most " + mostRooms + " rooms a connection: leave one first");
    }
    JoinRoom asked =
        JoinRoom.newBuilder().setRoomId(room.value()).setUserId(session.userId().value()).build();
    return core.call(room.value(), Request.newBuilder().setJoinRoom(asked)).getRoomJoined();
  }

  /// Who is in a room that a session enters.
  ///
  /// @param stay may be over already; {@link #attach} tells
  public record Entered(Stay stay, RoomRoster roster) {}

  /// The session enters a room; {@link #attach} has to follow. Waits for who is there, one second
  /// at most, and a quarter of a second for Redis.
  ///
  /// @param since the last position that its client says it knows; negative = none
  public Entered enter(ChatSession session, RoomId room, RoomJoined permission, long since) {
    Stay stay = begin(session, room, permission);
    Supplier<Optional<RoomRoster>> there;
    synchronized (session.stays()) { // behind its end nobody is to hear that it came
      if (stay.over()) {
        return new Entered(stay, alone(session));
      }
      there = presence.entered(session.connection(), session.shownUser(), room);
    }
    RoomRoster roster = there.get().orElseGet(() -> alone(session)); // presence cannot be asked
    session.recovery().entering(room, since);
    return new Entered(stay, roster);
  }

  /// The session enters a room in which the connection was that it continues; {@link #attach} has
  /// to follow. Does not block.
  ///
  /// @param since what its client has
  Stay enterAgain(ChatSession session, RoomId room, RoomJoined permission, long since) {
    Stay stay = begin(session, room, permission);
    if (!stay.over()) {
      session.recovery().restored(room, since);
    }
    synchronized (session.stays()) {
      if (!stay.over()) {
        presence.reentered(session.connection(), session.shownUser(), room);
      }
    }
    return stay;
  }

  private Stay begin(ChatSession session, RoomId room, RoomJoined permission) {
    Stay stay = session.stays().enter(new Stay(session, room, this), permission.getPermittedAt());
    sharing.entered(session, room, permission.getLarge());
    return stay;
  }

  private static RoomRoster alone(ChatSession session) {
    return RoomRoster.newBuilder().addUserIds(session.userId().value()).setCount(1).build();
  }

  /// Brings a stay into its room, where it will be answered.
  ///
  /// @param joining of this stay
  public void attach(Stay stay, Joining joining) {
    rooms.attach(stay.room(), joining);
    if (stay.over()) { // what it brought about meanwhile nobody took back
      synchronized (stay.session().stays()) {
        undo(stay);
      }
    }
  }

  /// Ends the session's stay in a room.
  ///
  /// @return false when it has none
  public boolean leave(ChatSession session, RoomId room, Leaving why) {
    Stay stay = session.stays().in(room);
    return stay != null && leave(stay, why);
  }

  /// Ends a stay.
  ///
  /// @return false when it had ended before
  public boolean leave(Stay stay, Leaving why) {
    synchronized (stay.session().stays()) { // a stay that follows begins behind this
      if (!stay.session().stays().leave(stay)) {
        return false;
      }
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0} left room {1}: {2}",
          stay.session().connection(),
          stay.room(),
          why);
      presence.left(stay.session().connection(), stay.session().shownUser(), stay.room());
      undo(stay);
      return true;
    }
  }

  private void undo(Stay stay) {
    ChatSession session = stay.session();
    RoomId room = stay.room();
    rooms.detach(room, stay);
    typing.stopped(session, room);
    session.left(room);
    sharing.left(session, room);
  }

  /// The log removes the user of a stay.
  ///
  /// @return true when that ends it, or it had ended; false when core let it in behind the removal
  boolean removed(Stay stay, long seq) {
    ChatSession session = stay.session();
    boolean ended;
    synchronized (session.stays()) {
      if (!stay.over() && stay.permitted() >= seq) {
        return false;
      }
      ended = leave(stay, Leaving.REMOVED);
    }
    if (ended) {
      session.send(RoomPackets.removed(stay.room()));
    }
    return true;
  }

  /// Nothing can be delivered to a stay: its connection ends, and its client comes back and is told
  /// what it missed. It ends within its rooms: whoever had left this one before would go on outside
  /// of it, and not know.
  void dropped(Stay stay) {
    if (!stay.over()) {
      stay.session().end(EndReason.FAULT);
    }
  }

  /// Ends all stays of a session that is over. Presence and whoever shares with the session hear
  /// of its end, and not of each.
  ///
  /// @return the rooms in which it was
  Iterable<RoomId> end(ChatSession session) {
    List<Stay> ended = session.stays().close();
    typing.ended(session); // nothing is told of it any more
    ended.forEach(stay -> rooms.detach(stay.room(), stay));
    return ended.stream().map(Stay::room).toList();
  }
}
