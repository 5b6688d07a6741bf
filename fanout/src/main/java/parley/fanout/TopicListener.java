package parley.fanout;

/// Hears one topic, one call at a time, by a reading thread of the bus: it must return at once and
/// never block. What it throws is logged and hurts nobody else: it hears what comes next.
public interface TopicListener {

  /// A publication.
  void event(byte[] payload);

  /// An unbroken stretch of listening begins, confirmed by the bus: everything published from now
  /// on arrives, until {@link #broken}. What was published before may have been missed.
  ///
  /// @param epoch rises with every stretch of this subscriber
  void begun(long epoch);

  /// The stretch ended; publications are being missed. {@link #begun} follows when the bus is back.
  void broken();
}
