package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.fanout.BusSubscriber;
import parley.fanout.GuardedListener;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import redis.clients.jedis.Connection;

/// Follows topics in a cluster: one connection a master, each topic at the master of its slot. A
/// slot that moves, a master that dies: the topics are followed anew where they belong now, in a
/// new epoch. Listeners hear of it by the connections' reading threads alone, which hold no lock of
/// this one: they may follow and unfollow.
final class ClusterSubscriber implements BusSubscriber {

  private record Followed(GuardedListener listener, @Nullable RedisAddress at) {}

  private final ClusterMap map;
  private final AtomicLong epochs = new AtomicLong();
  // Guarded by this.
  private final Map<String, Followed> followed = new HashMap<>();
  private final Map<RedisAddress, RedisSubscriber> masters = new HashMap<>();
  private ClusterMap.@Nullable Owners owners;

  ClusterSubscriber(BusAddress address) {
    this.map = new ClusterMap(address, this::changed);
    map.start();
  }

  @Override
  public synchronized void follow(Topic topic, TopicListener listener) {
    String channel = topic.channel();
    Followed before = followed.get(channel);
    RedisAddress owner = owner(channel);
    RedisAddress at = before == null ? null : before.at;
    RedisSubscriber former = at == null || at.equals(owner) ? null : masters.get(at);
    if (former != null) {
      former.unfollow(channel);
    }
    GuardedListener guarded = new GuardedListener(channel, listener);
    followed.put(channel, new Followed(guarded, owner));
    RedisSubscriber master = owner == null ? null : masters.get(owner);
    if (master != null) {
      master.follow(channel, guarded, false);
    }
  }

  private @Nullable RedisAddress owner(String channel) {
    return owners == null ? null : owners.of(channel);
  }

  @Override
  public synchronized void unfollow(Topic topic) {
    String channel = topic.channel();
    Followed known = followed.remove(channel);
    RedisSubscriber master = known == null || known.at == null ? null : masters.get(known.at);
    if (master != null) {
      master.unfollow(channel);
    }
  }

  /// The map is another one.
  synchronized void changed(ClusterMap.Owners now) {
    owners = now;
    Set<RedisAddress> all = now.masters();
    all.forEach(at -> masters.computeIfAbsent(at, this::open));
    for (Map.Entry<String, Followed> one : followed.entrySet()) {
      RedisAddress owner = now.of(one.getKey());
      RedisAddress before = one.getValue().at;
      if (owner != null && !owner.equals(before)) {
        rehome(one.getKey(), one.getValue(), owner);
        one.setValue(new Followed(one.getValue().listener, owner));
      } else if (owner == null && before != null && !all.contains(before)) {
        one.setValue(new Followed(one.getValue().listener, null)); // it may come back, and anew
      }
    }
    masters
        .entrySet()
        .removeIf(
            one -> {
              boolean gone = !all.contains(one.getKey());
              if (gone) {
                Thread.ofVirtual().start(one.getValue()::close);
              }
              return gone;
            });
  }

  private void rehome(String channel, Followed known, RedisAddress owner) {
    RedisSubscriber former = known.at == null ? null : masters.get(known.at);
    boolean listened = former != null && former.unfollow(channel);
    RedisSubscriber master = masters.get(owner);
    if (master != null) {
      master.follow(channel, known.listener, listened);
    }
  }

  private RedisSubscriber open(RedisAddress master) {
    return new RedisSubscriber(
        master,
        (ear, control) ->
            new ShardedLink(ear, control, new Connection(master.hostAndPort(), master.config())),
        () -> control(master).getBytes(UTF_8),
        epochs,
        map::refreshSoon);
  }

  /// A channel whose slot the master has, by what is known now.
  private synchronized String control(RedisAddress master) {
    ClusterMap.Owners known = owners;
    String channel = "parley:control:{0}";
    for (int i = 0; known != null && i < ClusterMap.SLOTS * 4; i++) {
      channel = "parley:control:{" + i + "}";
      if (master.equals(known.of(channel))) {
        return channel;
      }
    }
    return channel; // it has no slot any more, and will be given up
  }

  @Override
  public synchronized boolean connected() {
    return owners != null
        && map.alive()
        && masters.values().stream().allMatch(RedisSubscriber::connected);
  }

  @Override
  public void close() {
    map.close();
    List<RedisSubscriber> all;
    synchronized (this) {
      all = List.copyOf(masters.values());
    }
    all.forEach(RedisSubscriber::close);
  }
}
