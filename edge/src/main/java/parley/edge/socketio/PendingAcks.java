package parley.edge.socketio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.EngineSession;
import parley.edge.engineio.Wheel;

/// Events of ours that the client has yet to acknowledge. Each ends once: with the client's answer,
/// at its deadline, or with the socket.
final class PendingAcks {

  private static final System.Logger LOG = System.getLogger(PendingAcks.class.getName());

  private record Waiting(SocketIoSocket.Answered answered, Wheel.Once deadline) {}

  private final EngineSession session;
  // Guarded by this.
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private long nextId;
  private boolean closed;

  PendingAcks(EngineSession session) {
    this.session = session;
  }

  /// The id for an event whose answer goes to `answered`.
  long begin(Duration patience, SocketIoSocket.Answered answered) {
    long id;
    synchronized (this) {
      id = nextId++;
      if (!closed) {
        waiting.put(id, new Waiting(answered, session.after(patience, () -> end(id, null))));
        return id;
      }
    }
    tell(answered, null);
    return id;
  }

  /// The client's answer, or null for none. An answer that nobody waits for any more is dropped.
  void end(long id, @Nullable ArrayNode arguments) {
    Waiting known;
    synchronized (this) {
      known = waiting.remove(id);
    }
    if (known != null) {
      known.deadline.cancel();
      tell(known.answered, arguments);
    }
  }

  /// The socket is gone.
  void close() {
    List<Waiting> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting.values());
      waiting.clear();
    }
    for (Waiting known : left) {
      known.deadline.cancel();
      tell(known.answered, null);
    }
  }

  /// Who fails of an answer does not keep others from theirs.
  private static void tell(SocketIoSocket.Answered answered, @Nullable ArrayNode arguments) {
    try {
      answered.answer(arguments);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "an answer was not heard, " + UUID.randomUUID(), e);
    }
  }
}
