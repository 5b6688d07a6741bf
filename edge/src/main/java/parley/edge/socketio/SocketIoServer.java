package parley.edge.socketio;

import parley.edge.engineio.EngineListener;
import parley.edge.engineio.EngineSession;

/// Socket.IO on every session that Engine.IO begins: what the connections share.
public final class SocketIoServer implements EngineListener.Factory {

  private final SocketIoConfig config;
  private final SocketIoDecoder decoder;
  private final SocketIoSocket.Application.Factory factory;

  public SocketIoServer(SocketIoConfig config, SocketIoSocket.Application.Factory factory) {
    this.config = config;
    this.decoder = new SocketIoDecoder(config.maxAttachments());
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

  SocketIoSocket.Application.Factory factory() {
    return factory;
  }
}
