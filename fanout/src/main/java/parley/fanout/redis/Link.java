package parley.fanout.redis;

import redis.clients.jedis.Connection;

/// A subscription over one connection: plain or sharded. One thread reads, in {@link #proceed}; one
/// other commands.
interface Link {

  /// Hears what comes. Called by the reading thread.
  interface Ear {
    void subscribed(byte[] channel);

    void unsubscribed(byte[] channel);

    void message(byte[] channel, byte[] payload);

    /// The other side lives.
    void sign();
  }

  /// Reads until the connection breaks, beginning with the subscription to a control channel.
  void proceed(Connection connection, byte[] control);

  /// Are commands possible?
  boolean isSubscribed();

  void follow(byte[][] channels);

  void unfollow(byte[][] channels);

  /// Asks for a sign that what is published arrives.
  void askForSign();

  /// Makes links of one kind.
  interface Factory {
    Link open(Ear ear, byte[] control);
  }

  /// Nobody will ask for a sign any more.
  default void close() {}
}
