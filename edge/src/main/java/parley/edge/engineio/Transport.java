package parley.edge.engineio;

/// Drains a session's outbox to the client.
interface Transport {

  /// Writes frames; blocks while the client does not read. One caller at a time.
  ///
  /// @throws RuntimeException when the client is gone
  void write(byte[] frames);

  /// Ends the transport at once.
  void drop();
}
