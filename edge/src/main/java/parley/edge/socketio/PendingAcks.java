package parley.edge.socketio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.EngineSession;

/// Events of ours that the client has yet to acknowledge. Each ends once: with the client's answer,
/// at its deadline, or with the socket.
final class PendingAcks {

  private final EngineSession session;
  // Guarded by this.
  private final Map<Long, SocketIoSocket.Answered> waiting = new HashMap<>();
  private long nextId;
  private boolean closed;

  PendingAcks(EngineSession session) {
    this.session = session;
  }

  /// The id for an event whose answer goes to `answered`.
  long begin(Duration patience, SocketIoSocket.Answered answered) {
    long id;
    boolean over;
    synchronized (this) {
      id = nextId++;
      over = closed;
      if (!over) {
        waiting.put(id, answered);
      }
    }
    if (over) {
      answered.answer(null);
    } else {
      session.after(patience, () -> end(id, null));
    }
    return id;
  }

  /// The client's answer, or null for none. An answer that nobody waits for any more is dropped.
  void end(long id, @Nullable ArrayNode arguments) {
    SocketIoSocket.Answered answered;
    synchronized (this) {
      answered = waiting.remove(id);
    }
    if (answered != null) {
      answered.answer(arguments);
    }
  }

  /// The socket is gone.
  void close() {
    List<SocketIoSocket.Answered> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting.values());
      waiting.clear();
    }
    left.forEach(answered -> answered.answer(null));
  }
}
