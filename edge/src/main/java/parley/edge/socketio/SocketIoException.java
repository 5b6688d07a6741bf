package parley.edge.socketio;

/// A packet that breaks the protocol: the session ends, as the reference server's does.
final class SocketIoException extends Exception {

  private static final long serialVersionUID = 1L;

  SocketIoException(String message) {
    super(message, null, false, false);
  }
}
