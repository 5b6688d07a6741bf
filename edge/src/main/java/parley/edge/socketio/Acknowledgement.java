package parley.edge.socketio;

import java.util.concurrent.atomic.AtomicBoolean;
import parley.edge.engineio.EngineSession;

/// The answer that a client may have asked for with an event: given at most once, by any thread.
public final class Acknowledgement {

  private final EngineSession session;
  private final long id;
  private final AtomicBoolean given = new AtomicBoolean();

  Acknowledgement(EngineSession session, long id) {
    this.session = session;
    this.id = id;
  }

  /// Did the client ask for it?
  public boolean wanted() {
    return id != SocketIoPacket.NO_ID;
  }

  /// Gives it; the second time, or when it is not wanted, nothing happens. Never blocks.
  public void give(EventEncoder.Body body) {
    if (wanted() && given.compareAndSet(false, true)) {
      session.send(EventEncoder.ack(id, body));
    }
  }
}
