package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import parley.contract.RoomId;
import parley.edge.engineio.EndReason;
import parley.edge.recovery.RecoveryOffer;
import parley.edge.recovery.Resume;
import parley.edge.recovery.ResumePoints;
import parley.edge.socketio.SocketIoSocket;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Authenticated;

/// How a client is let in: who it is, whether it goes on with a connection that it had, and the
/// welcome. Whatever goes wrong on the way, nothing of the session is left.
public final class Connecting {

  private final SignIn signIn;
  private final Sessions sessions;
  private final Recoveries recoveries;
  private final Restoring restoring;
  private final Welcome welcome;

  public Connecting(
      SignIn signIn,
      Sessions sessions,
      Recoveries recoveries,
      Restoring restoring,
      Welcome welcome) {
    this.signIn = signIn;
    this.sessions = sessions;
    this.recoveries = recoveries;
    this.restoring = restoring;
    this.welcome = welcome;
  }

  /// Lets a client in. Blocks on core, and on Redis when the client goes on.
  ///
  /// @throws SocketIoSocket.ConnectRefused when it is not let in
  void connect(ChatSession session, SocketIoSocket socket, JsonNode auth)
      throws SocketIoSocket.ConnectRefused {
    if (wantsRaw(auth)) {
      session.recovery().wantRaw();
    }
    long asked = System.nanoTime();
    Authenticated authenticated = signIn.user(socket, auth);
    if (authenticated == null) {
      return;
    }
    boolean done = false;
    try {
      sessions.arrived(session, authenticated); // before anything else: a grace may be running out
      if (!goesOn(session, socket, auth, authenticated, asked)) {
        letIn(session, socket, auth);
        welcome.send(session, authenticated, false);
        sessions.begin(session, authenticated, asked);
      }
      done = true;
    } finally {
      if (!done) {
        session.giveUp(EndReason.FAULT);
      }
    }
    if (!session.established()) {
      sessions.ended(session, EndReason.TRANSPORT_CLOSE); // it was over before it was known
    }
  }

  private static boolean wantsRaw(JsonNode auth) throws SocketIoSocket.ConnectRefused {
    JsonNode wish = auth.path("raw");
    if (!wish.isMissingNode() && !wish.isBoolean()) {
      throw new SocketIoSocket.ConnectRefused(
          "auth.raw must be true or false", ErrorCode.INVALID_ARGUMENT.name());
    }
    return wish.booleanValue();
  }

  private void letIn(ChatSession session, SocketIoSocket socket, JsonNode auth) {
    switch (recoveries.offer(socket, auth)) {
      case NOTHING -> socket.accept();
      case PID -> socket.accept(Pid.random());
      case ALL -> letInToGoOn(session, socket);
    }
  }

  private void letInToGoOn(ChatSession session, SocketIoSocket socket) {
    Continuity continuity = new Continuity(socket, recoveries, null, null);
    session.recovery().begin(continuity);
    recoveries.begin(continuity.pid(), session);
    socket.accept(continuity.pid());
  }

  /// A client that names a connection gets what it missed, then the answer to CONNECT: until that
  /// comes, clients of the official kind keep what they hear.
  ///
  /// @return false when it has to begin anew, which it can on this very connection
  private boolean goesOn(
      ChatSession session,
      SocketIoSocket socket,
      JsonNode auth,
      Authenticated authenticated,
      long askedNanos) {
    Recoveries.Asked asked =
        recoveries.offer(socket, auth) == RecoveryOffer.ALL
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
    if (!asked.saved().getSocketId().isEmpty()) { // older builds saved none
      socket.continues(asked.saved().getSocketId());
    }
    session.recovery().begin(continuity);
    sessions.begin(session, authenticated, askedNanos);
    switch (restoring.restore(session, continuity, points)) {
      case DONE -> {
        if (recoveries.goesOn(session, continuity) && continuity.release()) {
          socket.accept(asked.pid());
          welcome.send(session, authenticated, true);
        } else { // that is not saved, or too much came while it was
          recoveries.end(session, continuity, true);
          comeAgain(session, socket);
        }
      }
      case HOPELESS -> {
        recoveries.giveUp(asked.pid()); // or it would ask for the same again
        comeAgain(session, socket);
      }
      case LATER -> comeAgain(session, socket);
    }
    return true;
  }

  /// Rooms may still bring what the session was on its way into: nothing of that must reach a
  /// client that begins anew, so that it begins with another session.
  private static void comeAgain(ChatSession session, SocketIoSocket socket) {
    session.giveUp(EndReason.NOT_RECOVERED);
    socket.session().close(EndReason.NOT_RECOVERED);
  }
}
