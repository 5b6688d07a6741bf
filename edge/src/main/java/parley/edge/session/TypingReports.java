package parley.edge.session;

import parley.contract.RoomId;
import parley.edge.upstream.PresenceClient;

/// Tells presence who types where, and nothing once a session has left: so that what it hears last
/// is the end, all is told under the lock of the session's stays. Never blocks; safe for any
/// thread.
public final class TypingReports {

  private final PresenceClient presence;

  public TypingReports(PresenceClient presence) {
    this.presence = presence;
  }

  /// A session types in a room.
  public void started(ChatSession session, RoomId room) {
    synchronized (session.stays()) {
      if (session.stays().in(room) != null && session.typing().started(room)) {
        presence.typing(session.shownUser(), room);
      }
    }
  }

  /// It types no more: it said so, sent a message, or left.
  public void stopped(ChatSession session, RoomId room) {
    synchronized (session.stays()) {
      if (session.typing().stopped(room)) {
        presence.stoppedTyping(session.userId(), room);
      }
    }
  }

  /// The session is over, and its stays have ended.
  void ended(ChatSession session) {
    session.typing().rooms().forEach(room -> stopped(session, room));
  }
}
