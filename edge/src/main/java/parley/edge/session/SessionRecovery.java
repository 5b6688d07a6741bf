package parley.edge.session;

import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.Packet;
import parley.edge.socketio.SocketIoSocket;
import parley.proto.recovery.SavedConnection;

/// What one session does so that its client can go on with it later: all that it is sent but acks
/// goes through here, in the form that its client chose. Nothing more than sending, when its client
/// cannot. Safe for any thread.
final class SessionRecovery {

  private final ChatSession session;
  private final SocketIoSocket socket;
  private final Recoveries recoveries;
  private volatile @Nullable Continuity continuity; // null: its client cannot go on with it
  private boolean raw; // set before anybody knows of the session

  SessionRecovery(ChatSession session, SocketIoSocket socket, Recoveries recoveries) {
    this.session = session;
    this.socket = socket;
    this.recoveries = recoveries;
  }

  /// Its client wants texts as they were written. Said before anything is sent.
  void wantRaw() {
    raw = true;
  }

  boolean wantsRaw() {
    return raw;
  }

  private Packet chosen(Packet packet) {
    return raw ? packet.other() : packet;
  }

  /// Its client may go on with it later.
  void begin(Continuity begun) {
    continuity = begun;
  }

  /// Can its client go on with it later?
  boolean offered() {
    return continuity != null;
  }

  /// It is about to enter a room. Blocks for a quarter of a second at most.
  ///
  /// @param since the last position that its client says it knows; negative = none
  void entering(RoomId room, long since) {
    Continuity known = continuity;
    if (known != null) {
      recoveries.entering(session, known, room, since);
    }
  }

  /// It is in a room: see {@link ChatSession#entered}.
  void entered(RoomId room, long seq, @Nullable Packet ack, Packet packet) {
    Continuity known = continuity;
    if (known == null) {
      if (ack != null) {
        socket.send(ack);
      }
      socket.send(chosen(packet));
    } else {
      known.entered(room, seq, ack, chosen(packet));
      if (session.stays().in(room) == null) {
        known.left(room); // meanwhile: who goes on with it must not be brought back there
      }
      recoveries.changed(session, known);
    }
  }

  /// It goes on in a room of the connection that it continues, where everything above `seq` will
  /// be sent to it.
  void restored(RoomId room, long seq) {
    Continuity known = continuity;
    if (known != null) {
      known.restored(room, seq);
    }
  }

  /// It is in a room no more.
  void left(RoomId room) {
    Continuity known = continuity;
    if (known != null) {
      known.left(room);
      recoveries.changed(session, known);
    }
  }

  /// Redis has lost it.
  void saveAgain() {
    Continuity known = continuity;
    if (known != null && session.stays().size() > 0) {
      recoveries.changed(session, known);
    }
  }

  /// The session is over.
  void end(EndReason reason) {
    Continuity known = continuity;
    if (known != null) {
      recoveries.end(session, known, !reason.comesBack());
    }
  }

  /// What is saved of a session that is over.
  @Nullable SavedConnection last() {
    Continuity known = continuity;
    return known == null ? null : known.saved(session, true);
  }

  /// Queues an event of a room's log; never blocks.
  boolean deliver(RoomId room, long seq, Packet packet) {
    Continuity known = continuity;
    Packet theirs = chosen(packet);
    return known == null ? socket.send(theirs) : known.deliver(room, seq, theirs);
  }

  /// Queues anything else; never blocks.
  boolean send(Packet packet) {
    Continuity known = continuity;
    Packet theirs = chosen(packet);
    return known == null ? socket.send(theirs) : known.send(theirs);
  }

  /// A ping goes out.
  void pinged() {
    Continuity known = continuity;
    if (known != null) {
      known.pinged();
    }
  }

  /// It was answered. What could not be saved when it was time is saved now.
  void ponged() {
    Continuity known = continuity;
    if (known != null) {
      known.ponged();
      if (!known.isSaved()) {
        recoveries.changed(session, known);
      }
    }
  }
}
