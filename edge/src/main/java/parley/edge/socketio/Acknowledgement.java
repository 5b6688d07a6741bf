package parley.edge.socketio;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Packet;

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

  /// Takes it, for whoever has an order to keep: {@link SocketIoSocket#send} gives it.
  ///
  /// @param arguments writes what the client's callback gets
  /// @return null when it is not wanted, was given, or was taken
  public @Nullable Packet taken(EventEncoder.Body arguments) {
    return wanted() && given.compareAndSet(false, true)
        ? EventEncoder.ack(SocketIoConfig.MAIN, id, arguments)
        : null;
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
