package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.EngineListener;
import parley.edge.engineio.EngineSession;
import parley.edge.engineio.Packet;

/// Socket.IO on one session: decodes, keeps the namespace's state, hands events up. There is one
/// namespace, `/`.
public final class SocketIoConnection implements EngineListener {

  private static final System.Logger LOG = System.getLogger(SocketIoConnection.class.getName());
  private static final SocketIoDecoder DECODER = new SocketIoDecoder();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String MAIN = "/";

  /// The application above: one for each session.
  public interface Application {

    /// A client asks to be let in. May block. To let it in, call {@link #accept} and return; to
    /// refuse, throw.
    ///
    /// @throws ConnectRefused with the words for the client
    void connect(JsonNode auth) throws ConnectRefused;

    /// An event of a client that was let in.
    ///
    /// @param arguments the first is the name
    /// @param ack answers it; does nothing when no answer is wanted
    void event(String name, ArrayNode arguments, Acknowledgement ack);

    /// The client left, or its connection ended. Called once, if it had been let in.
    void disconnected(String reason);

    /// Makes the application of a session that begins.
    interface Factory {
      Application create(SocketIoConnection connection);
    }
  }

  /// Words for a client that is not let in.
  public static final class ConnectRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public ConnectRefused(String message) {
      super(message, null, false, false);
    }
  }

  private enum State {
    OUTSIDE,
    CONNECTED,
    LEFT
  }

  private final EngineSession session;
  private final Application application;
  private final String id = newId();
  private State state = State.OUTSIDE; // guarded by this

  public SocketIoConnection(EngineSession session, Application.Factory factory) {
    this.session = session;
    this.application = factory.create(this);
  }

  /// The public id of this socket.
  public String id() {
    return id;
  }

  /// The Engine.IO session below.
  public EngineSession session() {
    return session;
  }

  /// Answers CONNECT and lets the client in. Events sent before are not seen by it.
  public void accept() {
    synchronized (this) {
      state = State.CONNECTED;
    }
    session.send(EventEncoder.plain("0{\"sid\":\"" + id + "\"}"));
  }

  /// Queues a packet made by {@link EventEncoder}; never blocks.
  ///
  /// @return false when it will not be sent
  public boolean send(Packet packet) {
    return session.send(packet);
  }

  /// Ends the connection for good: clients of the official kind do not come back by themselves.
  public void disconnect(String reason) {
    session.closeAfter(EventEncoder.plain("1"), reason);
  }

  /// True while the client is in.
  public synchronized boolean connected() {
    return state == State.CONNECTED;
  }

  /// Closes the session unless the client has been let in by now.
  public void closeUnlessConnected() {
    if (!connected()) {
      session.close("forced close");
    }
  }

  @Override
  public void message(String text) {
    try {
      SocketIoPacket packet = DECODER.decode(text);
      if (packet.namespace().equals(MAIN)) {
        handle(packet);
      } else {
        handleForeign(packet);
      }
    } catch (SocketIoException e) {
      LOG.log(System.Logger.Level.DEBUG, "parse error from {0}: {1}", id, e.getMessage());
      session.close("parse error");
    }
  }

  private void handleForeign(SocketIoPacket packet) throws SocketIoException {
    if (!(packet instanceof SocketIoPacket.Connect connect)) {
      throw new SocketIoException("not in this namespace");
    }
    session.send(
        EventEncoder.plain("4" + connect.namespace() + ",{\"message\":\"Invalid namespace\"}"));
  }

  private void handle(SocketIoPacket packet) throws SocketIoException {
    if (packet instanceof SocketIoPacket.Connect connect) {
      connect(connect.auth());
      return;
    }
    if (!connected()) {
      throw new SocketIoException("not connected");
    }
    switch (packet) {
      case SocketIoPacket.Event(String n, long ackId, ArrayNode arguments) ->
          event(ackId, arguments);
      case SocketIoPacket.Disconnect d -> leave("client namespace disconnect");
      case SocketIoPacket.Ack a -> {} // nothing that we send asks for one yet
      case SocketIoPacket.Connect c -> throw new IllegalStateException("handled above");
    }
  }

  private void connect(JsonNode auth) throws SocketIoException {
    if (connected()) {
      throw new SocketIoException("connected already");
    }
    try {
      application.connect(auth);
    } catch (ConnectRefused e) {
      session.send(EventEncoder.plain("4{\"message\":" + quoted(e.getMessage()) + "}"));
    }
  }

  private void event(long ackId, ArrayNode arguments) {
    if (!arguments.isEmpty()) {
      application.event(arguments.get(0).asText(), arguments, new Acknowledgement(session, ackId));
    }
  }

  private void leave(String reason) {
    boolean was;
    synchronized (this) {
      was = state == State.CONNECTED;
      state = State.LEFT;
    }
    if (was) {
      application.disconnected(reason);
    }
  }

  @Override
  public void binary(byte[] bytes) {
    session.close("parse error"); // no packet of ours announced attachments
  }

  @Override
  public void closed(String reason) {
    leave(reason);
  }

  private static String quoted(@Nullable String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text == null ? "" : text)
        .toString();
  }

  private static String newId() {
    byte[] bytes = new byte[15];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
