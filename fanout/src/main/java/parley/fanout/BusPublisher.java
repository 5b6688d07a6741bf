package parley.fanout;

/// The publishing half of the bus. Safe for any thread.
public interface BusPublisher extends AutoCloseable {

  /// Hands `payload` to the bus; never blocks, never throws for want of a connection. The array
  /// must not be changed afterwards.
  ///
  /// @return false when the bounded queue was full: the publication is dropped
  boolean publish(Topic topic, byte[] payload);

  /// True while publications are leaving.
  boolean connected();

  @Override
  void close();
}
