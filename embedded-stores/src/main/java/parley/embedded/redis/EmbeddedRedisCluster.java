package parley.embedded.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/// A real Redis Cluster on 127.0.0.1: three masters, and a replica of each, which takes over a
/// second after its master died. Masters are numbered 0 to 2.
public final class EmbeddedRedisCluster implements AutoCloseable {

  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final long PATIENCE_SECONDS = 60;

  private static final long FAILOVER_NANOS = TimeUnit.SECONDS.toNanos(6);

  /// The nodes talk to one another on their port plus 10,000.
  private static final int HIGHEST_PORT = 55_000;

  private final Path folder;
  private final List<EmbeddedRedis> nodes = new ArrayList<>();

  private EmbeddedRedisCluster(Path folder) {
    this.folder = folder;
  }

  /// Starts one and waits until all of it is well, a minute at most.
  ///
  /// @param folder for the nodes' logs and data
  /// @throws IOException when it does not come up
  public static EmbeddedRedisCluster start(Path folder) throws IOException {
    EmbeddedRedisCluster cluster = new EmbeddedRedisCluster(folder);
    try {
      cluster.start();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void start() throws IOException {
    for (int i = 0; i < MASTERS * 2; i++) {
      nodes.add(node(i, port()));
    }
    for (int i = 0; i < MASTERS; i++) {
      String from = Integer.toString(i * SLOTS / MASTERS);
      String to = Integer.toString((i + 1) * SLOTS / MASTERS - 1);
      ask(i, Command.CLUSTER, "ADDSLOTSRANGE", from, to);
    }
    for (int i = 1; i < nodes.size(); i++) {
      ask(i, Command.CLUSTER, "MEET", "127.0.0.1", Integer.toString(nodes.getFirst().port()));
    }
    await("the nodes know one another", this::allKnown);
    for (int i = 0; i < MASTERS; i++) {
      String master = id(i);
      int replica = i + MASTERS;
      await(
          "a replica follows",
          () -> ask(replica, Command.CLUSTER, "REPLICATE", master).equals("OK"));
    }
    await("the cluster is well", this::isWell);
  }

  private static int port() throws IOException {
    while (true) {
      int port = EmbeddedRedis.freePort();
      if (port < HIGHEST_PORT) {
        return port;
      }
    }
  }

  private EmbeddedRedis node(int index, int port) throws IOException {
    return EmbeddedRedis.start(
        folder.resolve("node" + index),
        port,
        "--save",
        "",
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "1000",
        "--repl-diskless-sync-delay",
        "0");
  }

  /// `redis-cluster://127.0.0.1:PORT,...`, naming every node.
  public String url() {
    return nodes.stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  /// Which slot a channel or key is in.
  public static int slot(String name) {
    return JedisClusterCRC16.getSlot(name);
  }

  /// Which master had a slot in the beginning.
  public static int owner(int slot) {
    return Math.min(slot * MASTERS / SLOTS, MASTERS - 1);
  }

  /// The master after another, round about.
  public static int next(int master) {
    return (master + 1) % MASTERS;
  }

  /// Moves an empty slot from one master to another.
  public void move(int slot, int from, int to) {
    String number = Integer.toString(slot);
    String target = id(to);
    ask(to, Command.CLUSTER, "SETSLOT", number, "IMPORTING", id(from));
    ask(from, Command.CLUSTER, "SETSLOT", number, "MIGRATING", target);
    ask(to, Command.CLUSTER, "SETSLOT", number, "NODE", target);
    ask(from, Command.CLUSTER, "SETSLOT", number, "NODE", target);
  }

  /// Kills a master at once, as a crash would; its replica takes over by itself.
  public void kill(int master) {
    nodes.get(master).kill();
  }

  /// Starts a killed master again, as its successor's replica, then gives it its place back.
  ///
  /// @throws IOException when it does not come up
  public void revive(int master) throws IOException {
    nodes.set(master, node(master, nodes.get(master).port()));
    await("it is known again", this::allKnown);
    await("it follows", () -> replication(master).contains("master_link_status:up"));
    await("it leads", new Promotion(master));
    await("the cluster is well", this::isWell);
  }

  /// A failover that was asked for may come to nothing, within five seconds, and has to be asked
  /// for again.
  private final class Promotion implements BooleanSupplier {
    private final int node;
    private long askedAt = System.nanoTime() - FAILOVER_NANOS;

    Promotion(int node) {
      this.node = node;
    }

    @Override
    public boolean getAsBoolean() {
      if (System.nanoTime() - askedAt >= FAILOVER_NANOS
          && ask(node, Command.CLUSTER, "FAILOVER").equals("OK")) {
        askedAt = System.nanoTime();
      }
      return replication(node).contains("role:master");
    }
  }

  private String ask(int node, Command command, String... arguments) {
    HostAndPort at = new HostAndPort("127.0.0.1", nodes.get(node).port());
    try (Connection connection = new Connection(at)) {
      connection.sendCommand(command, arguments);
      Object reply = connection.getOne();
      return reply instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(reply);
    }
  }

  private String id(int node) {
    return ask(node, Command.CLUSTER, "MYID");
  }

  private String replication(int node) {
    return ask(node, Command.INFO, "replication");
  }

  private boolean allKnown() {
    for (int i = 0; i < nodes.size(); i++) {
      if (!ask(i, Command.CLUSTER, "INFO").contains("cluster_known_nodes:" + nodes.size())) {
        return false;
      }
    }
    return true;
  }

  private boolean isWell() {
    for (int i = 0; i < nodes.size(); i++) {
      boolean follows = i < MASTERS || replication(i).contains("master_link_status:up");
      if (!follows || !ask(i, Command.CLUSTER, "INFO").contains("cluster_state:ok")) {
        return false;
      }
    }
    return true;
  }

  private static void await(String what, BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      if (holds(condition)) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    throw new IOException("in the Redis Cluster it did not come to this: " + what);
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (JedisException notNow) {
      return false;
    }
  }

  @Override
  public void close() {
    nodes.forEach(EmbeddedRedis::close);
  }
}
