package parley.edge.session;

import java.util.Set;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.presence.Interests;
import parley.edge.upstream.PresenceClient;
import parley.proto.presence.Audience;

/// Keeps presence, and the interests of this edge, true to where sessions and their users are.
/// Never blocks; safe for any thread; see {@link Share}.
public final class Sharing {

  private final Interests interests;
  private final PresenceClient presence;

  public Sharing(Interests interests, PresenceClient presence) {
    this.interests = interests;
    this.presence = presence;
  }

  /// What a new session has to do with presence: nothing yet.
  Share of(ChatSession session) {
    return new Share(
        session,
        interests,
        new Share.Reports() {
          @Override
          public void opened(Audience audience) {
            presence.opened(session.connection(), session.shownUser(), audience, session::confirm);
          }

          @Override
          public void closed(Audience audience, Iterable<RoomId> rooms) {
            presence.closed(session.connection(), session.shownUser(), audience, rooms);
          }
        });
  }

  /// The session entered a room: those who are in an open room hear of each other.
  ///
  /// @param large its users are not told of one by one
  public void entered(ChatSession session, RoomId room, boolean large) {
    if (!large) {
      session.share().change(belonging -> belonging.entered(room));
    }
  }

  /// It left.
  public void left(ChatSession session, RoomId room) {
    session.share().change(belonging -> belonging.left(room));
  }

  /// Whom to tell of the session's user, and of whom the user is told.
  public Audience audience(ChatSession session) {
    return session.share().belonging().audience();
  }

  /// The session hears of these users, whatever room they are in, and of no others that it named.
  public void watch(ChatSession session, Set<UserId> users) {
    session.share().change(belonging -> belonging.watching(users));
  }
}
