package parley.fanout;

/// The following half of the bus. Safe for any thread; no call blocks on the network.
public interface BusSubscriber extends AutoCloseable {

  /// Delivers publications on `topic` to `listener` until {@link #unfollow}. Delivery begins at
  /// some later time, told by {@link TopicListener#begun}; a topic has one listener, the latest.
  void follow(Topic topic, TopicListener listener);

  /// Ends delivery; a publication on its way may still arrive.
  void unfollow(Topic topic);

  /// True while the subscriber hears the bus.
  boolean connected();

  @Override
  void close();
}
