package parley.edge.session;

import java.util.Iterator;
import java.util.Map;
import parley.contract.ConnectionId;
import parley.edge.engineio.EndReason;
import parley.edge.user.UserFeeds;
import parley.proto.presence.ConnectionState;
import parley.proto.relay.Authenticated;

/// All connections of this edge: who begins, who is there, and what has to be undone at the end.
public final class Sessions {

  private static final System.Logger LOG = System.getLogger(Sessions.class.getName());

  private final Map<ConnectionId, ChatSession> connected;
  private final UserFeeds<ChatSession> users;
  private final Sharing sharing;
  private final Stays stays;

  /// @param connected the registry, shared with whoever reports it
  public Sessions(
      Map<ConnectionId, ChatSession> connected,
      UserFeeds<ChatSession> users,
      Sharing sharing,
      Stays stays) {
    this.connected = connected;
    this.users = users;
    this.sharing = sharing;
    this.stays = stays;
  }

  /// What a new session has to do with presence.
  Share share(ChatSession session) {
    return sharing.of(session);
  }

  /// Every connection with its rooms, for presence: each as it is when it is asked for.
  public static Iterator<ConnectionState> snapshot(Map<ConnectionId, ChatSession> connected) {
    return connected.values().stream().map(Sessions::state).iterator();
  }

  private static ConnectionState state(ChatSession session) {
    ConnectionState.Builder state =
        ConnectionState.newBuilder()
            .setConnectionId(session.connection().value())
            .setUser(session.shownUser())
            .setAudience(session.share().belonging().audience())
            .setConfirmed(session.confirmed());
    session.rooms().forEach(room -> state.addRoomIds(room.value()));
    return state.build();
  }

  /// A session whose user is known begins: others hear of it.
  void arrived(ChatSession session, Authenticated authenticated) {
    session.identified(authenticated.getUser());
    connected.put(session.connection(), session);
    session.share().arrive(Belonging.NOWHERE.as(authenticated));
  }

  /// It hears of others from now on, and of what changes of its user.
  ///
  /// @param asOfNanos when core was asked who the user is, by {@link System#nanoTime}
  void begin(ChatSession session, Authenticated authenticated, long asOfNanos) {
    session.share().begin();
    users.add(session.userId(), session, authenticated.getFeedNumber(), asOfNanos);
  }

  /// It is over, at whatever point: everything that it brought about ends. Only the first call does
  /// anything.
  void ended(ChatSession session, EndReason reason) {
    LOG.log(System.Logger.Level.DEBUG, "{0} left: {1}", session.connection(), reason.word());
    if (connected.remove(session.connection(), session)) {
      users.remove(session.userId(), session);
      session.share().end(stays.end(session));
    }
  }
}
