package parley.edge.socketio;

import java.util.function.BooleanSupplier;
import parley.edge.connection.PendingBytes;
import parley.edge.engineio.EngineListener;
import parley.edge.engineio.EngineSession;

/// Socket.IO on every session that Engine.IO begins: what the connections share.
public final class SocketIoServer implements EngineListener.Factory {

  private final SocketIoConfig config;
  private final SocketIoDecoder decoder;
  private final PendingBytes pending;
  private final BooleanSupplier crowded;
  private final SocketIoSocket.Application.Factory factory;

  /// @param pending counts what clients have begun to say
  /// @param crowded is there little room left?
  public SocketIoServer(
      SocketIoConfig config,
      PendingBytes pending,
      BooleanSupplier crowded,
      SocketIoSocket.Application.Factory factory) {
    this.config = config;
    this.decoder = new SocketIoDecoder(config.limits().attachments(), config.limits().values());
    this.pending = pending;
    this.crowded = crowded;
    this.factory = factory;
  }

  @Override
  public EngineListener opened(EngineSession session) {
    return new SocketIoConnection(session, this);
  }

  SocketIoConfig config() {
    return config;
  }

  SocketIoDecoder decoder() {
    return decoder;
  }

  PendingBytes pending() {
    return pending;
  }

  boolean crowded() {
    return crowded.getAsBoolean();
  }

  SocketIoSocket.Application.Factory factory() {
    return factory;
  }
}
