package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.process.Worker;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/// Which master of a cluster has which slot, asked of any node: every two seconds, and at once
/// after trouble.
final class ClusterMap implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ClusterMap.class.getName());
  static final int SLOTS = 16_384;
  private static final long REFRESH_MILLIS = 2_000;
  private static final long PAUSE_MILLIS = 100;

  /// The owners of all slots; null where a slot has none.
  record Owners(@Nullable RedisAddress[] slots) {

    @Nullable RedisAddress of(String channel) {
      return slots[JedisClusterCRC16.getSlot(channel)];
    }

    Set<RedisAddress> masters() {
      Set<RedisAddress> masters = new LinkedHashSet<>();
      for (RedisAddress owner : slots) {
        if (owner != null) {
          masters.add(owner);
        }
      }
      return masters;
    }
  }

  private final BusAddress address;
  private final Consumer<Owners> changed;
  private final Set<RedisAddress> known = new LinkedHashSet<>(); // the worker's
  private final Semaphore asked = new Semaphore(0);
  private final Worker worker = Worker.thread("cluster-map", this::run);

  /// @param changed hears of every answer; by this map's worker
  ClusterMap(BusAddress address, Consumer<Owners> changed) {
    this.address = address;
    this.changed = changed;
    this.known.addAll(address.nodes());
  }

  void start() {
    worker.start();
  }

  /// Is it kept up to date?
  boolean alive() {
    return worker.alive();
  }

  /// Something is not where it was thought to be. Never blocks.
  void refreshSoon() {
    asked.release();
  }

  private void run() throws InterruptedException {
    Owners owners = ask();
    if (owners != null) {
      remember(owners);
      changed.accept(owners);
    }
    var unused = asked.tryAcquire(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    asked.drainPermits();
  }

  /// The masters of now, and then those that were named, which may be gone for long: a cluster
  /// whose nodes come and go has had any number.
  void remember(Owners owners) {
    known.clear();
    known.addAll(owners.masters());
    known.addAll(address.nodes());
  }

  /// Whom to ask, in this order.
  Set<RedisAddress> known() {
    return known;
  }

  /// A node cut off from the others may answer with an old map: the answer with the most masters'
  /// agreement is not looked for, but nodes that say that the cluster is down are not believed.
  private @Nullable Owners ask() {
    for (RedisAddress node : known) {
      try (Connection connection = new Connection(node.hostAndPort(), node.config())) {
        connection.connect();
        connection.sendCommand(Command.CLUSTER, "INFO");
        if (!connection.getBulkReply().contains("cluster_state:ok")) {
          continue;
        }
        connection.sendCommand(Command.CLUSTER, "SLOTS");
        return owners(node, connection.getObjectMultiBulkReply());
      } catch (JedisException e) {
        LOG.log(System.Logger.Level.DEBUG, "another node is asked", e);
      }
    }
    return null;
  }

  private Owners owners(RedisAddress asked, List<Object> ranges) {
    @Nullable RedisAddress[] slots = new RedisAddress[SLOTS];
    for (Object each : ranges) {
      List<?> range = (List<?>) each;
      List<?> master = (List<?>) range.get(2);
      String host = master.get(0) instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
      RedisAddress owner =
          address
              .nodes()
              .getFirst()
              .at(host.isEmpty() ? asked.host() : host, Math.toIntExact((Long) master.get(1)));
      int last = Math.toIntExact((Long) range.get(1));
      for (int slot = Math.toIntExact((Long) range.get(0)); slot <= last; slot++) {
        slots[slot] = owner;
      }
    }
    return new Owners(slots);
  }

  @Override
  public void close() {
    worker.close();
  }
}
