package parley.edge.socketio;

import java.util.concurrent.atomic.AtomicBoolean;

/// The answer that a client may have asked for with an event: given at most once, by any thread.
public final class Acknowledgement {

  private final SocketIoSocket socket;
  private final long id;
  private final AtomicBoolean given = new AtomicBoolean();

  Acknowledgement(SocketIoSocket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /// Did the client ask for it?
  public boolean wanted() {
    return id != SocketIoPacket.NO_ID;
  }

  /// Gives it; the second time, or when it is not wanted, nothing happens. Never blocks.
  ///
  /// @param arguments writes what the client's callback gets
  public void give(EventEncoder.Body arguments) {
    if (wanted() && given.compareAndSet(false, true)) {
      socket.sendAck(id, arguments);
    }
  }
}
