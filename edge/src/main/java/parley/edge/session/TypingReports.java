package parley.edge.session;

import parley.contract.RoomId;
import parley.edge.upstream.PresenceClient;

/// Tells presence who types where. Never blocks; safe for any thread.
public final class TypingReports {

  private final PresenceClient presence;

  public TypingReports(PresenceClient presence) {
    this.presence = presence;
  }

  /// A session types in a room.
  public void started(ChatSession session, RoomId room) {
    if (session.typing().started(room)) {
      presence.typing(session.shownUser(), room);
    }
  }

  /// It types no more: it said so, sent a message, or left.
  public void stopped(ChatSession session, RoomId room) {
    if (session.typing().stopped(room)) {
      presence.stoppedTyping(session.userId(), room);
    }
  }

  /// The session is over.
  void ended(ChatSession session) {
    session.typing().rooms().forEach(room -> stopped(session, room));
  }
}
