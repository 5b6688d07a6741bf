package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.edge.connection.PendingBytes;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.EngineListener;
import parley.edge.engineio.EngineSession;
import parley.edge.engineio.Wheel;

/// Socket.IO on one session: decodes, gathers attachments, and hands packets to the sockets, one
/// for each namespace that the client is in. A packet that breaks the protocol ends the session.
public final class SocketIoConnection implements EngineListener {

  private static final System.Logger LOG = System.getLogger(SocketIoConnection.class.getName());

  private final EngineSession session;
  private final SocketIoServer server;
  private final PendingBytes.Account pending;
  private final long since = System.nanoTime();
  private volatile boolean known; // it was let in somewhere
  // Guarded by this.
  private Map<String, SocketIoSocket> sockets = Map.of();
  private boolean putOut; // by us: events on their way meanwhile are no offence
  private Wheel.@Nullable Once deadline; // to join the first namespace
  private boolean inTime;
  // Of whoever hears, one at a time.
  private @Nullable Attachments gathering;
  private int strays; // attachments that are dropped
  private int refusals;

  SocketIoConnection(EngineSession session, SocketIoServer server) {
    this.session = session;
    this.server = server;
    this.pending = server.pending().account();
  }

  EngineSession session() {
    return session;
  }

  /// Version 3's clients are connected to the main namespace unasked; all others have to ask in
  /// time.
  @Override
  public void opened() {
    if (session.isV3()) {
      connect(SocketIoConfig.MAIN, JsonNodeFactory.instance.objectNode());
    } else {
      awaitConnect();
    }
  }

  /// Looks again after each of the shorter times, for there may be little room by then.
  private void awaitConnect() {
    Duration all = server.config().connectTimeout();
    Duration crowded = server.config().limits().crowdedConnectTimeout();
    long waited = System.nanoTime() - since;
    long left = all.toNanos() - waited;
    if (left <= 0 || server.crowded() && waited >= crowded.toNanos()) {
      session.close(EndReason.CONNECT_TIMEOUT);
      return;
    }
    Duration next = Duration.ofNanos(Math.min(left, crowded.toNanos()));
    synchronized (this) {
      if (!inTime) {
        deadline = session.after(next, this::awaitConnect);
      }
    }
  }

  /// The first namespace was joined, or the session is over.
  private synchronized void inTime() {
    inTime = true;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  /// A socket was let in.
  void accepted() {
    known = true;
    inTime();
  }

  /// The first message asks to be let in, and others have to be asked for that.
  @Override
  public boolean apart() {
    return !known;
  }

  /// Who is in no namespace has nothing to say but CONNECT.
  @Override
  public int maxMessage(int usual) {
    return known ? usual : Math.min(usual, server.config().limits().strangersBytes());
  }

  @Override
  public void message(String text) {
    try {
      if (gathering != null || strays > 0) {
        throw new SocketIoException("attachments are due");
      }
      switch (server.decoder().decode(text, this::joined)) {
        case SocketIoPacket.Announced announced -> gather(new Attachments(announced));
        case SocketIoPacket.Stray stray -> stray(stray);
        case SocketIoPacket packet -> handle(packet);
      }
    } catch (SocketIoException e) {
      broken(e);
    }
  }

  private void gather(Attachments begun) {
    if (pending.hold(begun.bytes())) {
      gathering = begun;
    } else {
      tooMuch();
    }
  }

  private void stray(SocketIoPacket.Stray stray) throws SocketIoException {
    if (!forgiven()) {
      throw new SocketIoException("not in this namespace");
    }
    strays = stray.attachments();
  }

  @Override
  public void binary(byte[] bytes) {
    try {
      Attachments begun = gathering;
      if (strays > 0) {
        strays--;
      } else if (begun == null) {
        throw new SocketIoException("no attachment is due");
      } else if (!pending.hold(begun.bytes() + bytes.length)) {
        tooMuch();
      } else if (begun.add(bytes)) {
        gathered(begun);
      }
    } catch (SocketIoException e) {
      broken(e);
    }
  }

  private void gathered(Attachments whole) throws SocketIoException {
    gathering = null;
    pending.release();
    handle(whole.whole(server.decoder()));
  }

  private void tooMuch() {
    forgetPending();
    session.close(EndReason.TOO_MUCH_PENDING);
  }

  private void forgetPending() {
    gathering = null;
    pending.release();
  }

  private void broken(SocketIoException e) {
    LOG.log(System.Logger.Level.DEBUG, "parse error: {0}", e.getMessage());
    forgetPending();
    session.close(EndReason.PARSE_ERROR);
  }

  private void handle(SocketIoPacket packet) throws SocketIoException {
    if (packet instanceof SocketIoPacket.Connect(String namespace, JsonNode auth)) {
      asked(namespace, auth);
      return;
    }
    SocketIoSocket socket = find(packet.namespace());
    if (socket == null) {
      if (!forgiven()) {
        throw new SocketIoException("not in this namespace");
      }
      return;
    }
    switch (packet) {
      case SocketIoPacket.Event event -> socket.event(event.id(), event.arguments());
      case SocketIoPacket.Ack ack -> socket.ack(ack.id(), ack.arguments());
      case SocketIoPacket.Disconnect d -> {
        left(socket);
        socket.left(EndReason.CLIENT_LEFT);
      }
      default -> throw new IllegalStateException("handled above");
    }
  }

  /// Version 3's clients put their query behind the namespace.
  private void asked(String wanted, JsonNode auth) throws SocketIoException {
    int query = session.isV3() ? wanted.indexOf('?') : -1;
    String namespace = query < 0 ? wanted : wanted.substring(0, query);
    if (!server.config().namespaces().contains(namespace)) {
      String words = "Invalid namespace";
      String payload = session.isV3() ? '"' + words + '"' : "{\"message\":\"" + words + "\"}";
      session.send(EventEncoder.plain('4', namespace, payload));
      refused();
    } else if (find(namespace) == null) {
      connect(namespace, query < 0 ? auth : QueryText.parse(wanted.substring(query + 1)));
    } else if (!session.isV3()) {
      throw new SocketIoException("connected already");
    }
  }

  private void connect(String namespace, JsonNode auth) {
    SocketIoSocket socket = new SocketIoSocket(this, namespace, server.factory());
    put(socket);
    boolean refused = !socket.connect(auth);
    if (!socket.connected()) {
      left(socket);
    }
    if (refused) {
      refused();
    }
  }

  /// Whoever is refused again and again has the server verify tokens for nothing.
  private void refused() {
    refusals++;
    if (refusals >= server.config().limits().refusals()) {
      session.finish(EndReason.TOO_MANY_REFUSALS);
    }
  }

  private synchronized void put(SocketIoSocket socket) {
    Map<String, SocketIoSocket> more = new HashMap<>(sockets);
    more.put(socket.namespace(), socket);
    sockets = Map.copyOf(more);
  }

  /// The socket is not in its namespace any more.
  synchronized void left(SocketIoSocket socket) {
    Map<String, SocketIoSocket> fewer = new HashMap<>(sockets);
    fewer.remove(socket.namespace(), socket);
    sockets = Map.copyOf(fewer);
  }

  /// The server puts a socket out: what the client sends before it knows is dropped.
  synchronized void putOut(SocketIoSocket socket) {
    putOut = true;
    left(socket);
  }

  private synchronized boolean forgiven() {
    return putOut;
  }

  private boolean joined(String namespace) {
    return find(namespace) != null;
  }

  private synchronized @Nullable SocketIoSocket find(String namespace) {
    return sockets.get(namespace);
  }

  @Override
  public void pinged() {
    all().forEach(SocketIoSocket::pinged);
  }

  @Override
  public void ponged() {
    all().forEach(SocketIoSocket::ponged);
  }

  private synchronized Collection<SocketIoSocket> all() {
    return sockets.values();
  }

  @Override
  public void closed(EndReason reason) {
    inTime();
    pending.close();
    List<SocketIoSocket> left;
    synchronized (this) {
      left = List.copyOf(sockets.values());
      sockets = Map.of();
    }
    left.forEach(socket -> socket.left(reason));
  }
}
