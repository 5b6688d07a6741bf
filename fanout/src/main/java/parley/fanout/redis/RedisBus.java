package parley.fanout.redis;

import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;

/// Opens the two halves of the bus on one Redis. Both return at once and connect by themselves, for
/// ever, with at most 3 s between attempts.
public final class RedisBus {

  private static final int QUEUED_PUBLICATIONS = 65_536;

  private RedisBus() {}

  /// A publisher on one Redis or a cluster.
  public static BusPublisher publisher(BusAddress address) {
    return address.cluster()
        ? new ClusterPublisher(address, QUEUED_PUBLICATIONS)
        : publisher(address.nodes().getFirst());
  }

  /// A subscriber on one Redis or a cluster.
  public static BusSubscriber subscriber(BusAddress address) {
    return address.cluster()
        ? new ClusterSubscriber(address)
        : subscriber(address.nodes().getFirst());
  }

  /// A publisher with its own connection and thread.
  public static BusPublisher publisher(RedisAddress address) {
    return new RedisPublisher(address, QUEUED_PUBLICATIONS);
  }

  /// A subscriber with its own connection and threads.
  public static BusSubscriber subscriber(RedisAddress address) {
    return new RedisSubscriber(address);
  }
}
