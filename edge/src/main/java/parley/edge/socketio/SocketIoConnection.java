package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
  // Guarded by this.
  private Map<String, SocketIoSocket> sockets = Map.of();
  private boolean putOut; // by us: events on their way meanwhile are no offence
  private Wheel.@Nullable Once deadline; // to join the first namespace
  private @Nullable Attachments gathering; // of the reading threads alone

  SocketIoConnection(EngineSession session, SocketIoServer server) {
    this.session = session;
    this.server = server;
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
      Wheel.Once timer = session.after(server.config().connectTimeout(), this::tooLate);
      synchronized (this) {
        deadline = timer;
      }
    }
  }

  private void tooLate() {
    session.close(EndReason.CONNECT_TIMEOUT);
  }

  /// The first namespace was joined, or the session is over.
  synchronized void inTime() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  @Override
  public void message(String text) {
    try {
      if (gathering != null) {
        throw new SocketIoException("attachments are due");
      }
      SocketIoPacket packet = server.decoder().decode(text);
      if (packet instanceof SocketIoPacket.WithArguments announced && announced.attachments() > 0) {
        gathering = new Attachments(announced);
      } else {
        handle(packet);
      }
    } catch (SocketIoException e) {
      broken(e);
    }
  }

  @Override
  public void binary(byte[] bytes) {
    try {
      Attachments known = gathering;
      if (known == null) {
        throw new SocketIoException("no attachment is due");
      }
      if (known.add(bytes)) {
        gathering = null;
        handle(known.whole());
      }
    } catch (SocketIoException e) {
      broken(e);
    }
  }

  private void broken(SocketIoException e) {
    LOG.log(System.Logger.Level.DEBUG, "parse error: {0}", e.getMessage());
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
      case SocketIoPacket.Connect c -> throw new IllegalStateException("handled above");
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
    } else if (find(namespace) == null) {
      connect(namespace, query < 0 ? auth : QueryText.parse(wanted.substring(query + 1)));
    } else if (!session.isV3()) {
      throw new SocketIoException("connected already");
    }
  }

  private void connect(String namespace, JsonNode auth) {
    SocketIoSocket socket = new SocketIoSocket(this, namespace, server.factory());
    put(socket);
    socket.connect(auth);
    if (!socket.connected()) {
      left(socket);
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
    List<SocketIoSocket> left;
    synchronized (this) {
      left = List.copyOf(sockets.values());
      sockets = Map.of();
    }
    left.forEach(socket -> socket.left(reason));
  }
}
