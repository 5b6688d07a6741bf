package parley.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.EndReason;
import parley.edge.engineio.EngineSession;
import parley.edge.engineio.Packet;

/// A client in one namespace. Sending is for any thread and never blocks.
public final class SocketIoSocket {

  private static final System.Logger LOG = System.getLogger(SocketIoSocket.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();

  /// The application above: one for each socket.
  public interface Application {

    /// A client asks to be let in. May block. To let it in, call {@link #accept} and return; to
    /// refuse, throw.
    ///
    /// @throws ConnectRefused with the words for the client
    void connect(JsonNode auth) throws ConnectRefused;

    /// An event of a client that was let in.
    ///
    /// @param arguments the first is the name; binary ones are binary nodes
    /// @param ack answers it; does nothing when no answer is wanted
    void event(String name, ArrayNode arguments, Acknowledgement ack);

    /// A ping goes out, behind everything sent so far. Must not block.
    default void pinged() {}

    /// The client answered the last ping.
    default void ponged() {}

    /// The client left, was refused, or its connection ended. Called once if {@link #connect} was,
    /// whatever came of that; not before that returned, unless the client was let in.
    void disconnected(EndReason reason);

    /// Makes the application of a socket.
    interface Factory {
      Application create(SocketIoSocket socket);
    }
  }

  /// Words for a client that is not let in.
  public static final class ConnectRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    public ConnectRefused(String message) {
      this(message, "");
    }

    /// @param code for programs, as `data.code`; some clients show no refusal without `data`
    public ConnectRefused(String message, String code) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  /// Hears what became of an event that was to be acknowledged. Must not block.
  public interface Answered {

    /// @param arguments the client's; null when it did not answer in time, or is gone
    void answer(@Nullable ArrayNode arguments);
  }

  private final SocketIoConnection connection;
  private final String namespace;
  private final Application application;
  private volatile String id = newId();
  // Guarded by this.
  private boolean accepted;
  private boolean answered; // the application has let it in, or has not
  private boolean gone;
  private boolean told;
  private EndReason reason = EndReason.TRANSPORT_CLOSE; // once it is gone
  private @Nullable PendingAcks acks; // most sockets are never asked for one

  SocketIoSocket(SocketIoConnection connection, String namespace, Application.Factory factory) {
    this.connection = connection;
    this.namespace = namespace;
    this.application = factory.create(this);
  }

  /// The public id of this socket: unique from the beginning, or that of the socket that it
  /// continues.
  public String id() {
    return id;
  }

  /// Its client goes on with a socket that it had, and knows this one by the same id. Only before
  /// {@link #accept(String)}, and only when nobody else has that one any more.
  ///
  /// @param continued the id of that one
  public void continues(String continued) {
    id = continued;
  }

  /// Where it is.
  public String namespace() {
    return namespace;
  }

  /// The Engine.IO session below.
  public EngineSession session() {
    return connection.session();
  }

  /// Answers CONNECT and lets the client in; it cannot go on with this connection later.
  public void accept() {
    accept(null);
  }

  /// Answers CONNECT and lets the client in. Events sent before reach its handlers right after.
  ///
  /// @param pid the secret by which the client can go on with this connection, or goes on now; null
  ///     = it cannot
  public void accept(@Nullable String pid) {
    synchronized (this) {
      accepted = true;
    }
    String more = pid == null ? "" : ",\"pid\":\"" + pid + "\"";
    // Version 3's clients make their id themselves.
    String payload = session().isV3() ? "" : "{\"sid\":\"" + id + "\"" + more + "}";
    session().send(EventEncoder.plain('0', namespace, payload));
    connection.accepted();
  }

  /// Queues a packet made by {@link EventEncoder}.
  ///
  /// @return false when it will not be sent
  public boolean send(Packet packet) {
    return session().send(EventEncoder.inNamespace(packet, namespace));
  }

  /// Sends a packet if the client can be written to right now; else it is forgotten.
  ///
  /// @return false when it will not be sent
  public boolean sendVolatile(Packet packet) {
    return session().sendVolatile(EventEncoder.inNamespace(packet, namespace));
  }

  /// Emits an event that the client has to acknowledge.
  ///
  /// @param patience after which it counts as unanswered
  /// @param arguments writes the event's arguments
  public void emit(String name, Duration patience, Answered answered, EventEncoder.Body arguments) {
    long ackId = acks().begin(patience, answered);
    session().send(EventEncoder.event(namespace, name, ackId, arguments));
  }

  private synchronized PendingAcks acks() {
    PendingAcks known = acks;
    if (known == null) {
      known = new PendingAcks(session());
      acks = known;
      if (gone) {
        known.close();
      }
    }
    return known;
  }

  /// Ends the connection for good, all its namespaces: clients of the official kind do not come
  /// back by themselves.
  public void disconnect(EndReason reason) {
    session().closeAfter(EventEncoder.plain('1', namespace, ""), reason);
  }

  /// Puts the client out of this namespace; the connection stays.
  public void leave(EndReason reason) {
    session().send(EventEncoder.plain('1', namespace, ""));
    connection.putOut(this);
    left(reason);
  }

  /// True while the client is in.
  public synchronized boolean connected() {
    return accepted && !gone;
  }

  /// Asks the application.
  ///
  /// @return false when the client was refused
  boolean connect(JsonNode auth) {
    EndReason end = null;
    try {
      application.connect(auth);
    } catch (ConnectRefused e) {
      String words = quoted(e.getMessage());
      String data = e.code.isEmpty() ? "" : ",\"data\":{\"code\":\"" + e.code + "\"}";
      String payload = session().isV3() ? words : "{\"message\":" + words + data + "}";
      session().send(EventEncoder.plain('4', namespace, payload));
      end = EndReason.PUT_OUT;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "connecting failed, " + UUID.randomUUID(), e);
      session().close(EndReason.FAULT);
      end = EndReason.FAULT;
    }
    synchronized (this) {
      answered = true;
    }
    if (end != null) {
      left(end);
    }
    tellGone(); // it may have ended while it was being let in
    return end != EndReason.PUT_OUT;
  }

  void pinged() {
    if (connected()) {
      application.pinged();
    }
  }

  void ponged() {
    if (connected()) {
      application.ponged();
    }
  }

  void event(long ackId, ArrayNode arguments) {
    if (!arguments.isEmpty()) {
      application.event(arguments.get(0).asText(), arguments, new Acknowledgement(this, ackId));
    }
  }

  void ack(long ackId, ArrayNode arguments) {
    PendingAcks known;
    synchronized (this) {
      known = acks;
    }
    if (known != null) {
      known.end(ackId, arguments);
    }
  }

  void sendAck(long ackId, EventEncoder.Body arguments) {
    session().send(EventEncoder.ack(namespace, ackId, arguments));
  }

  void left(EndReason why) {
    PendingAcks pending;
    synchronized (this) {
      if (gone) {
        return;
      }
      gone = true;
      reason = why;
      pending = acks;
    }
    if (pending != null) {
      pending.close();
    }
    tellGone();
  }

  private void tellGone() {
    synchronized (this) {
      if (!accepted && !answered || !gone || told) {
        return;
      }
      told = true;
    }
    try {
      application.disconnected(reason);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "an end was not told, " + UUID.randomUUID(), e);
    }
  }

  private static String quoted(@Nullable String text) {
    return TextNode.valueOf(text == null ? "" : text).toString();
  }

  private static String newId() {
    byte[] bytes = new byte[15];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
