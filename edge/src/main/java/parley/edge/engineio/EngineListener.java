package parley.edge.engineio;

/// Hears one session: the layer above. Called by the session's reading threads, or one begun for
/// the purpose, one call at a time; a call that blocks delays that client alone.
public interface EngineListener {

  /// The session has begun; nothing was heard yet. The client may not have been told of it.
  default void opened() {}

  /// A text message, without Engine.IO's type.
  void message(String text);

  /// A binary message.
  void binary(byte[] bytes);

  /// Bytes that the client's next message may have.
  ///
  /// @param usual of those that are well known
  default int maxMessage(int usual) {
    return usual;
  }

  /// Is a thread of its own to hear the next text message? For one that waits long: the deepest
  /// wait of a connection's thread decides how much of its stack is kept as long as the connection
  /// lives.
  default boolean apart() {
    return false;
  }

  /// A ping goes out, behind everything sent so far. By the timer's thread; must not block.
  default void pinged() {}

  /// The client answered the last ping.
  default void ponged() {}

  /// The session is over. Called exactly once, perhaps by another thread.
  void closed(EndReason reason);

  /// Makes the listener of a session that begins.
  interface Factory {
    EngineListener opened(EngineSession session);
  }
}
