package parley.fanout.redis;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import redis.clients.jedis.Protocol.Command;

/// Publishes in a cluster: SPUBLISH to the master of the channel's slot, one pipeline a master.
/// What a master says is another's goes there once the map knows; what finds no master is dropped.
final class ClusterPublisher implements BusPublisher {

  private static final int MOST_EARLY = 4_096;

  private record Early(String channel, byte[] payload) {}

  private final int capacity;
  private final ClusterMap map;
  // Guarded by this.
  private final Map<RedisAddress, RedisPublisher> publishers = new HashMap<>();
  private final ArrayDeque<Early> early = new ArrayDeque<>();
  private ClusterMap.@Nullable Owners owners;

  ClusterPublisher(BusAddress address, int capacity) {
    this.capacity = capacity;
    this.map = new ClusterMap(address, this::changed);
    map.start();
  }

  @Override
  public boolean publish(Topic topic, byte[] payload) {
    return publish(topic.channel(), payload);
  }

  private synchronized boolean publish(String channel, byte[] payload) {
    if (owners == null) { // or after a master said that it is not: until the map is known anew
      return early(channel, payload);
    }
    RedisAddress owner = owners.of(channel);
    RedisPublisher publisher = owner == null ? null : publishers.get(owner);
    return publisher != null && publisher.publish(channel, payload);
  }

  private boolean early(String channel, byte[] payload) {
    return early.size() < MOST_EARLY && early.add(new Early(channel, payload));
  }

  private synchronized boolean moved(String channel, byte[] payload) {
    owners = null;
    map.refreshSoon();
    return early(channel, payload);
  }

  private synchronized void changed(ClusterMap.Owners now) {
    owners = now;
    for (RedisAddress master : now.masters()) {
      publishers.computeIfAbsent(
          master, at -> new RedisPublisher(at, capacity, Command.SPUBLISH, this::moved));
    }
    publishers
        .entrySet()
        .removeIf(
            one -> {
              boolean gone = !now.masters().contains(one.getKey());
              if (gone) {
                Thread.ofVirtual().start(one.getValue()::close);
              }
              return gone;
            });
    for (Early one = early.poll(); one != null; one = early.poll()) {
      publish(one.channel, one.payload);
    }
  }

  @Override
  public synchronized boolean connected() {
    return owners != null
        && map.alive()
        && publishers.values().stream().allMatch(RedisPublisher::connected);
  }

  @Override
  public void close() {
    map.close();
    java.util.List<RedisPublisher> all;
    synchronized (this) {
      all = java.util.List.copyOf(publishers.values());
    }
    all.forEach(RedisPublisher::close);
  }
}
