package parley.edge.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.room.Member;
import parley.edge.socketio.Acknowledgement;
import parley.edge.socketio.EventEncoder;
import parley.edge.socketio.SocketIoSocket;
import parley.edge.vocabulary.ServerEvents;
import parley.proto.chat.User;

/// One connection of a user, from CONNECT to its end. Its events are handled one after the other by
/// its reading thread.
public final class ChatSession implements SocketIoSocket.Application, Member {

  /// Requests to core that may be unanswered at once; then reading from the socket stops.
  private static final int MOST_IN_FLIGHT = 64;

  private final SocketIoSocket socket;
  private final Sessions sessions;
  private final Set<RoomId> rooms = ConcurrentHashMap.newKeySet(2);
  private final Map<RoomId, Long> ownWrites = new ConcurrentHashMap<>(2);
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final Belonging belonging = new Belonging();
  private final Typing typing = new Typing();
  private final Deliveries deliveries;
  private volatile boolean confirmed;
  private volatile @Nullable User user;
  private volatile @Nullable UserId userId;
  private volatile boolean ended;
  private boolean established; // guarded by this

  ChatSession(SocketIoSocket socket, Sessions sessions) {
    this.socket = socket;
    this.sessions = sessions;
    this.deliveries = new Deliveries(this, sessions);
  }

  /// The socket's public id.
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
    return rooms;
  }

  /// The rooms, friends and watched users that presence is about.
  public Belonging belonging() {
    return belonging;
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
    ownWrites.merge(room, seq, Math::max);
  }

  /// The newest position of its own writes in a room; at least 1.
  public long lastWritten(RoomId room) {
    return ownWrites.getOrDefault(room, 1L);
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

  @Override
  public boolean send(Packet packet) {
    return socket.send(packet);
  }

  @Override
  public void removedFrom(RoomId room) {
    if (rooms.remove(room)) {
      sessions.removed(this, room);
    }
    send(
        EventEncoder.event(
            ServerEvents.REMOVED_FROM_ROOM,
            false,
            out -> {
              out.writeStartObject();
              out.writeStringField("roomId", room.value());
              out.writeStringField("reason", "membership ended");
              out.writeEndObject();
            }));
  }

  @Override
  public void connect(JsonNode auth) throws SocketIoSocket.ConnectRefused {
    sessions.connect(this, socket, auth);
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
  }

  @Override
  public void ponged() {
    deliveries.ponged();
  }

  @Override
  public void event(String name, ArrayNode arguments, Acknowledgement ack) {
    sessions.events().handle(this, name, arguments, ack);
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
  public void disconnected(String reason) {
    boolean undo;
    synchronized (this) {
      ended = true;
      undo = established;
    }
    if (undo) {
      sessions.ended(this, reason);
    }
  }
}
