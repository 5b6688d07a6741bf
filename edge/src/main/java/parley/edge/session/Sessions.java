package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.edge.auth.Claims;
import parley.edge.auth.InvalidTokenException;
import parley.edge.auth.TokenVerifier;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.Handshake;
import parley.edge.recovery.Resume;
import parley.edge.recovery.ResumePoints;
import parley.edge.room.LocalRooms;
import parley.edge.socketio.SocketIoSocket;
import parley.edge.upstream.CoreClient;
import parley.edge.upstream.PresenceClient;
import parley.proto.chat.User;
import parley.proto.errors.ErrorCode;
import parley.proto.presence.ConnectionState;
import parley.proto.relay.Authenticate;
import parley.proto.relay.Authenticated;
import parley.proto.relay.MarkRead;
import parley.proto.relay.ReadBelonging;
import parley.proto.relay.Request;

/// All connections of this edge: lets them in, and cleans up after them.
public final class Sessions {

  private static final System.Logger LOG = System.getLogger(Sessions.class.getName());

  private final TokenVerifier tokens;
  private final CoreClient core;
  private final PresenceClient presence;
  private final LocalRooms rooms;
  private final UserTopics users;
  private final Sharing sharing;
  private final TypingReports typing;
  private final Welcome welcome;
  private final Recoveries recoveries;
  private final Restoring restoring;
  private final SessionEvents events;
  private final Map<String, ChatSession> connected;

  /// @param connected the registry, shared with whoever reports it
  public Sessions(
      TokenVerifier tokens,
      CoreClient core,
      PresenceClient presence,
      LocalRooms rooms,
      UserTopics users,
      Sharing sharing,
      TypingReports typing,
      Welcome welcome,
      Recoveries recoveries,
      Restoring restoring,
      SessionEvents events,
      Map<String, ChatSession> connected) {
    this.tokens = tokens;
    this.core = core;
    this.presence = presence;
    this.rooms = rooms;
    this.users = users;
    this.sharing = sharing;
    this.typing = typing;
    this.welcome = welcome;
    this.recoveries = recoveries;
    this.restoring = restoring;
    this.events = events;
    this.connected = connected;
  }

  /// The application above one socket.
  public SocketIoSocket.Application opened(SocketIoSocket socket) {
    return new ChatSession(socket, this);
  }

  /// Every connection with its rooms, for presence.
  public static List<ConnectionState> snapshot(Map<String, ChatSession> connected) {
    List<ConnectionState> states = new ArrayList<>();
    for (ChatSession session : connected.values()) {
      ConnectionState.Builder state =
          ConnectionState.newBuilder()
              .setConnectionId(session.id())
              .setUser(session.shownUser())
              .setAudience(session.belonging().audience())
              .setConfirmed(session.confirmed());
      session.rooms().forEach(room -> state.addRoomIds(room.value()));
      states.add(state.build());
    }
    return states;
  }

  SessionEvents events() {
    return events;
  }

  void connect(ChatSession session, SocketIoSocket socket, JsonNode auth)
      throws SocketIoSocket.ConnectRefused {
    Claims claims = claims(token(socket.session().handshake(), auth));
    Authenticated authenticated;
    try {
      authenticated =
          core.call(claims.userId(), Request.newBuilder().setAuthenticate(authenticate(claims)))
              .getAuthenticated();
    } catch (RefusedException e) {
      refuse(socket, e);
      return;
    }
    User user = authenticated.getUser();
    session.identified(user);
    connected.put(session.id(), session);
    sharing.arrived(session, authenticated); // before anything else: a grace may be running out
    if (!goesOn(session, socket, auth, authenticated)) {
      letIn(session, socket, auth);
      welcome.send(session, authenticated, false);
      begin(session);
    }
    if (!session.established()) {
      ended(session, EndReason.TRANSPORT_CLOSE); // it was over before it was known
    }
  }

  private void begin(ChatSession session) {
    sharing.begin(session);
    users.add(session, this);
  }

  private void letIn(ChatSession session, SocketIoSocket socket, JsonNode auth) {
    if (!recoveries.offeredTo(socket, auth)) {
      socket.accept();
      return;
    }
    Continuity continuity = new Continuity(socket, recoveries, null, null);
    session.continuity(continuity);
    recoveries.begin(continuity.pid(), session);
    socket.accept(continuity.pid());
  }

  /// A client that names a connection gets what it missed, then the answer to CONNECT: until that
  /// comes, clients of the official kind keep what they hear.
  ///
  /// @return false when it has to begin anew, which it can on this very connection
  private boolean goesOn(
      ChatSession session, SocketIoSocket socket, JsonNode auth, Authenticated authenticated) {
    Recoveries.Asked asked =
        recoveries.offeredTo(socket, auth)
            ? recoveries.asked(session.userId().value(), auth)
            : null;
    if (asked == null) {
      return false;
    }
    Map<RoomId, Resume> points = ResumePoints.of(asked.saved(), asked.offset());
    if (points == null) {
      return false;
    }
    Continuity continuity = new Continuity(socket, recoveries, asked.pid(), asked.saved());
    continuity.hold(recoveries.store().config());
    session.continuity(continuity);
    begin(session);
    switch (restoring.restore(session, continuity, points)) {
      case DONE -> {
        recoveries.goesOn(session, continuity);
        continuity.release();
        socket.accept(asked.pid());
        welcome.send(session, authenticated, true);
      }
      case HOPELESS -> {
        recoveries.store().forget(asked.pid()); // the next time it begins anew
        comeAgain(session, socket);
      }
      case LATER -> comeAgain(session, socket);
    }
    return true;
  }

  /// Rooms may still bring what the session was on its way into: nothing of that must reach a
  /// client that begins anew, so that it begins with another session.
  private void comeAgain(ChatSession session, SocketIoSocket socket) {
    session.giveUp();
    ended(session, EndReason.NOT_RECOVERED);
    socket.session().close(EndReason.NOT_RECOVERED);
  }

  Recoveries recoveries() {
    return recoveries;
  }

  private static Authenticate authenticate(Claims claims) {
    return Authenticate.newBuilder()
        .setUserId(claims.userId())
        .setUsername(claims.username())
        .setEmail(claims.email())
        .setPhoneNumber(claims.phoneNumber())
        .build();
  }

  /// A client whose token is good but who cannot be looked up now should come back by itself, which
  /// the official ones do when the transport ends, and not when CONNECT is refused.
  private static void refuse(SocketIoSocket socket, RefusedException e)
      throws SocketIoSocket.ConnectRefused {
    ErrorCode code = e.error().getCode();
    if (parley.contract.Errors.retryable(code)) {
      socket.session().close(EndReason.UNAVAILABLE);
      return;
    }
    boolean unknown = code == ErrorCode.INVALID_USER || code == ErrorCode.INVALID_ARGUMENT;
    throw new SocketIoSocket.ConnectRefused(unknown ? "Invalid user" : "Authentication failed");
  }

  private static String token(Handshake handshake, JsonNode auth)
      throws SocketIoSocket.ConnectRefused {
    String given = auth.path("token").asText("");
    if (given.isEmpty() && handshake.header("authorization").startsWith("Bearer ")) {
      given = handshake.header("authorization").substring("Bearer ".length()).trim();
    }
    if (given.isEmpty()) {
      given = handshake.parameter("token");
    }
    if (given.isEmpty()) {
      throw new SocketIoSocket.ConnectRefused("Authentication required");
    }
    return given;
  }

  private Claims claims(String token) throws SocketIoSocket.ConnectRefused {
    try {
      return tokens.verify(token);
    } catch (InvalidTokenException e) {
      LOG.log(System.Logger.Level.INFO, "authentication failed: {0}", e.getMessage());
      throw new SocketIoSocket.ConnectRefused("Authentication failed");
    }
  }

  void removed(ChatSession session, RoomId room) {
    presence.left(session.id(), session.shownUser(), room);
    sharing.membership(session, room, false);
  }

  /// The user became a member of a room, or is none any more. Must not block.
  void membershipChanged(ChatSession session, RoomId room, boolean member) {
    sharing.membership(session, room, member);
  }

  /// The user's friends are others now. Must not block.
  void friendsChanged(ChatSession session) {
    core.request(
        session.userId().value(),
        Request.newBuilder()
            .setReadBelonging(ReadBelonging.newBuilder().setUserId(session.userId().value())),
        reply -> {
          if (reply.hasAuthenticated() && !session.ended()) {
            sharing.replace(session, reply.getAuthenticated());
          }
        });
  }

  /// The last position that everybody in a room was offered; 0 when it is not followed.
  long reached(RoomId room) {
    return rooms.reached(room);
  }

  /// What was delivered up to there has reached the session's client. Must not block.
  void delivered(ChatSession session, RoomId room, long seq) {
    core.request(
        room.value(),
        Request.newBuilder()
            .setMarkRead(
                MarkRead.newBuilder()
                    .setRoomId(room.value())
                    .setUserId(session.userId().value())
                    .setUpTo(seq)
                    .setDelivered(true)),
        reply -> {}); // the next heartbeat says more
  }

  void ended(ChatSession session, EndReason reason) {
    LOG.log(System.Logger.Level.DEBUG, "{0} left: {1}", session.id(), reason.word());
    if (connected.remove(session.id(), session)) {
      List<RoomId> left = List.copyOf(session.rooms());
      left.forEach(room -> rooms.detach(room, session));
      users.remove(session);
      sharing.end(session);
      typing.ended(session);
      presence.closed(session.id(), session.shownUser(), session.belonging().audience(), left);
    }
  }
}
