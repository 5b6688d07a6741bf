package parley.edge.websocket;

/// Hears one connection. Called by the connection's thread, one call at a time; a call that blocks
/// stops the reading of this socket, and of no other.
public interface WebSocketListener {

  /// The handshake is done; writing may begin.
  void opened(WebSocketConnection connection);

  /// A text message.
  void text(String text);

  /// A binary message.
  void binary(byte[] bytes);

  /// Bytes that the next message may have. Asked for large ones only.
  int maxMessage();

  /// A control frame that has to be written between what the listener writes: a pong or a close.
  void control(byte[] frame);

  /// Nothing more will be heard. Called exactly once, whatever ended the connection.
  void closed(Ending ending);
}
