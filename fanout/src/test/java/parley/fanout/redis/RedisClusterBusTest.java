package parley.fanout.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.embedded.redis.EmbeddedRedis;
import parley.fanout.BusContract;
import parley.fanout.BusPublisher;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/// The bus over a real cluster of three masters, each with a replica: sharded pub/sub.
@Timeout(90)
class RedisClusterBusTest extends BusContract {

  private static final int MASTERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path folder;
  private static final List<EmbeddedRedis> nodes = new ArrayList<>();
  private BusPublisher publisher;
  private final List<BusSubscriber> subscribers = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws Exception {
    for (int i = 0; i < MASTERS * 2; i++) {
      nodes.add(node(i, clusterPort()));
    }
    for (int i = 0; i < MASTERS; i++) {
      int from = i * 16_384 / MASTERS;
      int to = (i + 1) * 16_384 / MASTERS - 1;
      ask(i, Command.CLUSTER, "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
    }
    for (int i = 1; i < nodes.size(); i++) {
      ask(i, Command.CLUSTER, "MEET", "127.0.0.1", Integer.toString(nodes.get(0).port()));
    }
    await().atMost(PATIENCE).until(() -> knowsAll());
    for (int i = 0; i < MASTERS; i++) {
      String master = id(i);
      int replica = i + MASTERS;
      await()
          .atMost(PATIENCE)
          .ignoreException(JedisException.class)
          .until(() -> ask(replica, Command.CLUSTER, "REPLICATE", master).equals("OK"));
    }
    await().atMost(PATIENCE).until(RedisClusterBusTest::healthy);
  }

  /// The nodes talk to one another on the port plus 10,000.
  private static int clusterPort() throws Exception {
    while (true) {
      int port = EmbeddedRedis.freePort();
      if (port < 55_000) {
        return port;
      }
    }
  }

  private static EmbeddedRedis node(int index, int port) throws Exception {
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

  private static String ask(int node, Command command, String... arguments) {
    return ask(new HostAndPort("127.0.0.1", nodes.get(node).port()), command, arguments);
  }

  private static String ask(HostAndPort at, Command command, String... arguments) {
    try (Connection connection = new Connection(at)) {
      connection.sendCommand(command, arguments);
      Object reply = connection.getOne();
      return reply instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(reply);
    }
  }

  private static String id(int node) {
    return ask(node, Command.CLUSTER, "MYID");
  }

  private static boolean knowsAll() {
    for (int i = 0; i < nodes.size(); i++) {
      if (!ask(i, Command.CLUSTER, "INFO").contains("cluster_known_nodes:" + nodes.size())) {
        return false;
      }
    }
    return true;
  }

  private static boolean healthy() {
    for (int i = 0; i < nodes.size(); i++) {
      if (!ask(i, Command.CLUSTER, "INFO").contains("cluster_state:ok")) {
        return false;
      }
      boolean replica = i >= MASTERS;
      if (replica && !ask(i, Command.INFO, "replication").contains("master_link_status:up")) {
        return false;
      }
    }
    return true;
  }

  @AfterAll
  static void stopCluster() {
    nodes.forEach(EmbeddedRedis::close);
  }

  private static BusAddress address() {
    String all =
        nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    return BusAddress.parse(
        "redis-cluster://" + all, "", RedisAddress.parse("redis://localhost", null, 0));
  }

  @BeforeEach
  void open() {
    publisher = RedisBus.publisher(address());
    await().atMost(PATIENCE).until(publisher::connected);
  }

  @AfterEach
  void close() {
    subscribers.forEach(BusSubscriber::close);
    publisher.close();
  }

  @Override
  protected BusPublisher publisher() {
    return publisher;
  }

  @Override
  protected BusSubscriber subscriber() {
    BusSubscriber subscriber = RedisBus.subscriber(address());
    subscribers.add(subscriber);
    return subscriber;
  }

  private static int slot(Topic topic) {
    return JedisClusterCRC16.getSlot(topic.channel());
  }

  @Test
  void topicsOfEveryMasterAreHeard() {
    BusSubscriber subscriber = subscriber();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      recorders.add(new Recorder());
      subscriber.follow(new Topic.Room("room" + i), recorders.getLast());
    }
    await()
        .atMost(PATIENCE)
        .until(() -> recorders.stream().allMatch(recorder -> recorder.begun.get() > 0));
    for (int i = 0; i < 300; i++) {
      publisher.publish(new Topic.Room("room" + i), ("m" + i).getBytes(UTF_8));
    }
    for (int i = 0; i < 300; i++) {
      List<String> wanted = List.of("m" + i);
      Recorder recorder = recorders.get(i);
      await().atMost(PATIENCE).untilAsserted(() -> assertEquals(wanted, recorder.events));
    }
  }

  @Test
  void aSlotThatMovesTakesItsTopicsAlongInANewEpoch() {
    Topic topic = new Topic.Room("moving");
    int slot = slot(topic);
    Recorder recorder = Recorder.following(subscriber(), topic);
    long before = recorder.lastEpoch;
    int owner = Math.min(slot * MASTERS / 16_384, MASTERS - 1);
    int next = (owner + 1) % MASTERS;
    move(slot, owner, next);
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> recorder.begun.get() >= 2 && recorder.lastEpoch > before);
      assertTrue(recorder.broken.get() >= 1);
      heardAgain(topic, recorder);
    } finally {
      move(slot, next, owner);
    }
  }

  private static void move(int slot, int from, int to) {
    String number = Integer.toString(slot);
    ask(to, Command.CLUSTER, "SETSLOT", number, "IMPORTING", id(from));
    ask(from, Command.CLUSTER, "SETSLOT", number, "MIGRATING", id(to));
    String target = id(to);
    ask(to, Command.CLUSTER, "SETSLOT", number, "NODE", target);
    ask(from, Command.CLUSTER, "SETSLOT", number, "NODE", target);
  }

  @Test
  void aMasterThatDiesIsReplacedByItsReplica() throws Exception {
    Topic topic = new Topic.Room("failover");
    Recorder recorder = Recorder.following(subscriber(), topic);
    int owner = Math.min(slot(topic) * MASTERS / 16_384, MASTERS - 1);
    int port = nodes.get(owner).port();
    nodes.get(owner).kill();
    try {
      await().atMost(PATIENCE).until(() -> recorder.broken.get() >= 1 && recorder.begun.get() >= 2);
      heardAgain(topic, recorder);
    } finally {
      nodes.set(owner, node(owner, port));
      await().atMost(PATIENCE).until(() -> knowsAll());
      // The former master comes back as a replica; the tests after this one want it as it was.
      await()
          .atMost(PATIENCE)
          .ignoreException(JedisException.class)
          .until(() -> ask(owner, Command.INFO, "replication").contains("master_link_status:up"));
      await()
          .atMost(PATIENCE)
          .ignoreException(JedisException.class)
          .until(() -> ask(owner, Command.CLUSTER, "FAILOVER").equals("OK"));
      await()
          .atMost(PATIENCE)
          .until(() -> ask(owner, Command.INFO, "replication").contains("role:master"));
      await().atMost(PATIENCE).until(RedisClusterBusTest::healthy);
    }
  }

  private void heardAgain(Topic topic, Recorder recorder) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              publisher.publish(topic, "again".getBytes(UTF_8));
              return recorder.events.contains("again");
            });
  }
}
