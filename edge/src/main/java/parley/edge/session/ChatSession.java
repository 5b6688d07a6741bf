package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.contract.ConnectionId;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.Packet;
import parley.edge.room.Member;
import parley.edge.socketio.Acknowledgement;
import parley.edge.socketio.SocketIoSocket;
import parley.proto.chat.User;
import parley.proto.recovery.SavedConnection;

/// One connection of a user, from CONNECT to its end. Its events are handled one after the other by
/// its reading thread.
public final class ChatSession implements SocketIoSocket.Application, Member {

  /// Requests to core that may be unanswered at once; then reading from the socket stops.
  private static final int MOST_IN_FLIGHT = 64;

  private final SocketIoSocket socket;
  private final ConnectionId connection;
  private final SessionServices services;
  private final SessionStays stays = new SessionStays();
  private final OwnWrites ownWrites = new OwnWrites();
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final Share share;
  private final Typing typing = new Typing();
  private final Deliveries deliveries;
  private final SessionRecovery recovery;
  private volatile boolean confirmed;
  private volatile @Nullable User user;
  private volatile @Nullable UserId userId;
  private volatile boolean ended;
  private boolean established; // guarded by this

  /// The application above one socket.
  public ChatSession(SocketIoSocket socket, SessionServices services) {
    this.socket = socket;
    this.connection = new ConnectionId(socket.id()); // before the socket takes another's
    this.services = services;
    this.share = services.sessions().share(this);
    this.deliveries = new Deliveries(this, services.deliveries());
    this.recovery = new SessionRecovery(this, socket, services.recoveries());
  }

  /// This one connection, as presence knows it: never another's. The connection that it goes on
  /// with has its own, and may end after this one began.
  ConnectionId connection() {
    return connection;
  }

  /// The socket's public id, as clients know it: the same for all connections that go on with one
  /// another. What leaves out the connection that brought it about goes by it.
  @Override
  public String id() {
    return socket.id();
  }

  /// Who it is.
  ///
  /// @throws IllegalStateException before CONNECT was granted
  public User user() {
    User known = user;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  @Override
  public UserId userId() {
    UserId known = userId;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  /// What is shown of the user to others.
  public User shownUser() {
    return user().toBuilder().clearEmail().clearPhoneNumber().build();
  }

  /// The rooms that it is in, or on its way into.
  public Set<RoomId> rooms() {
    return stays.rooms();
  }

  /// Its stays in these rooms.
  SessionStays stays() {
    return stays;
  }

  /// What it has to do with presence.
  Share share() {
    return share;
  }

  /// Where it is typing.
  Typing typing() {
    return typing;
  }

  /// Has presence confirmed the connection?
  boolean confirmed() {
    return confirmed;
  }

  void confirm() {
    confirmed = true;
  }

  /// A change of this session stands at `seq`.
  public void wrote(RoomId room, long seq) {
    ownWrites.wrote(room, seq);
  }

  /// The newest position of its own writes in a room; at least 1.
  public long lastWritten(RoomId room) {
    return ownWrites.last(room);
  }

  /// True once it has ended: whoever brought it somewhere must take it out again.
  public boolean ended() {
    return ended;
  }

  /// Takes one place among the requests in flight; blocks while all are taken.
  public void beginRequest() {
    inFlight.acquireUninterruptibly();
  }

  /// Gives a place back.
  public void endRequest() {
    inFlight.release();
  }

  /// What lets its client go on with it later.
  SessionRecovery recovery() {
    return recovery;
  }

  /// Does its client want texts as they were written? What is sent with {@link #send} is in that
  /// form by itself; what is written for this session alone has to be.
  public boolean wantsRaw() {
    return recovery.wantsRaw();
  }

  /// Can its client go on with it later?
  public boolean recoverable() {
    return recovery.offered();
  }

  /// It is in a room, where everything above `seq` is sent to it: tells the client so, and that it
  /// has everything up to there.
  ///
  /// @param ack of the request, sent before; null when none was asked for. A client that has the
  ///     offset of `packet` has what this holds; who has this alone is given that once more
  public void entered(RoomId room, long seq, @Nullable Packet ack, Packet packet) {
    recovery.entered(room, seq, ack, packet);
  }

  /// It is in a room no more.
  void left(RoomId room) {
    deliveries.left(room);
    recovery.left(room);
  }

  /// The edge stops: what is under way is answered first, and nothing more is heard; then its
  /// client is sent elsewhere.
  ///
  /// @param millis to block at most; what is not answered by then never is on this connection
  void drain(long millis) {
    try {
      var unused = inFlight.tryAcquire(MOST_IN_FLIGHT, millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.session().finish(EndReason.SHUTTING_DOWN);
  }

  /// It will not be let in, or not any further: everything is undone.
  void giveUp(EndReason reason) {
    recovery.end(reason);
    synchronized (this) {
      ended = true;
    }
    services.sessions().ended(this, reason);
  }

  /// Its client goes on elsewhere: ends it, but for the client.
  ///
  /// @return what is saved of it
  @Nullable SavedConnection taken() {
    socket.session().close(EndReason.TAKEN_OVER);
    return recovery.last();
  }

  /// Ends the connection.
  void end(EndReason reason) {
    socket.session().close(reason);
  }

  @Override
  public boolean send(Packet packet) {
    return recovery.send(packet);
  }

  @Override
  public void connect(JsonNode auth) throws SocketIoSocket.ConnectRefused {
    services.connecting().connect(this, socket, auth);
  }

  void identified(User identified) {
    user = identified;
    userId = new UserId(identified.getId());
  }

  /// By the heartbeat's timer: what was delivered so far will be known to have arrived when the
  /// ping is answered.
  @Override
  public void pinged() {
    deliveries.pinged();
    recovery.pinged();
  }

  @Override
  public void ponged() {
    deliveries.ponged();
    recovery.ponged();
  }

  @Override
  public void event(String name, ArrayNode arguments, Acknowledgement ack) {
    services.events().handle(this, name, arguments, ack);
  }

  /// Everything that its end has to undo is done.
  ///
  /// @return false when it is over already: it has to be undone now
  boolean established() {
    synchronized (this) {
      established = true;
      return !ended;
    }
  }

  @Override
  public void disconnected(EndReason reason) {
    recovery.end(reason);
    boolean undo;
    synchronized (this) {
      ended = true;
      undo = established;
    }
    if (undo) {
      services.sessions().ended(this, reason);
    }
  }
}
