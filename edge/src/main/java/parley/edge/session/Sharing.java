package parley.edge.session;

import java.util.List;
import parley.contract.RoomId;
import parley.edge.presence.Interests;
import parley.edge.upstream.PresenceClient;
import parley.proto.relay.Authenticated;

/// Keeps presence, and the interests of this edge, true to where users belong. Never blocks; safe
/// for any thread.
public final class Sharing {

  private final Interests interests;
  private final PresenceClient presence;

  public Sharing(Interests interests, PresenceClient presence) {
    this.interests = interests;
    this.presence = presence;
  }

  /// A user is here, who belongs where core said: presence hears of it.
  void arrived(ChatSession session, Authenticated authenticated) {
    session.belonging().are(authenticated);
    tell(session);
  }

  /// The session hears of others from now on.
  void begin(ChatSession session) {
    interests.add(session);
    session.belonging().rooms().forEach(room -> interests.share(session, room));
  }

  /// It belongs elsewhere now.
  void replace(ChatSession session, Authenticated authenticated) {
    List<RoomId> before = List.copyOf(session.belonging().rooms());
    session.belonging().are(authenticated);
    before.forEach(room -> interests.unshare(session, room));
    session.belonging().rooms().forEach(room -> interests.share(session, room));
    tell(session);
  }

  /// It is over.
  ///
  /// @param left the rooms in which it was
  void end(ChatSession session, Iterable<RoomId> left) {
    interests.remove(session, session.belonging().rooms(), session.belonging().watched());
    presence.closed(session.id(), session.shownUser(), session.belonging().audience(), left);
  }

  /// Tells presence of the connection, and whom its user concerns.
  void tell(ChatSession session) {
    presence.opened(
        session.id(), session.shownUser(), session.belonging().audience(), session::confirm);
  }

  /// The session entered a room: those who are in an open room hear of each other.
  ///
  /// @param large its users are not told of one by one
  public void entered(ChatSession session, RoomId room, boolean large) {
    if (!large && session.belonging().enter(room)) {
      interests.share(session, room);
      tell(session);
    }
  }

  /// It left.
  public void left(ChatSession session, RoomId room) {
    if (session.belonging().leave(room)) {
      interests.unshare(session, room);
      tell(session);
    }
  }

  /// The user became a member of a room, or is none any more.
  void membership(ChatSession session, RoomId room, boolean member) {
    if (member && session.belonging().add(room)) {
      interests.share(session, room);
      tell(session);
    } else if (!member && session.belonging().remove(room)) {
      interests.unshare(session, room);
      tell(session);
    }
  }
}
