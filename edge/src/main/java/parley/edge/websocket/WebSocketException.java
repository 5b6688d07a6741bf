package parley.edge.websocket;

/// The peer sent what may not be sent: the connection ends with this code.
public final class WebSocketException extends Exception {

  private static final long serialVersionUID = 1L;

  private final CloseCode code;

  WebSocketException(CloseCode code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  /// What to tell the peer.
  public CloseCode code() {
    return code;
  }
}
