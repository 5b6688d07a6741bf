package parley.embedded.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/// A master and its replica behind one address, as a name or a virtual address has them: after
/// {@link #failOver} new connections reach the new master, and those that stood before go on to the
/// old one, which is a replica now and lives.
public final class EmbeddedRedisPair implements AutoCloseable {

  private final EmbeddedRedis one;
  private final EmbeddedRedis other;
  private final ServerSocket address;
  private volatile EmbeddedRedis master;

  private EmbeddedRedisPair(EmbeddedRedis one, EmbeddedRedis other, ServerSocket address) {
    this.one = one;
    this.other = other;
    this.address = address;
    this.master = one;
  }

  /// Starts both, and waits until the replica has all that the master has.
  ///
  /// @param folder for their logs and data
  /// @throws IOException when one does not come up
  public static EmbeddedRedisPair start(Path folder) throws IOException {
    ServerSocket address = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    List<EmbeddedRedis> nodes = new ArrayList<>();
    try {
      nodes.add(node(folder.resolve("one")));
      nodes.add(node(folder.resolve("other")));
      replicate(nodes.get(1), nodes.get(0));
    } catch (IOException | RuntimeException e) {
      address.close();
      nodes.forEach(EmbeddedRedis::close);
      throw e;
    }
    EmbeddedRedisPair pair = new EmbeddedRedisPair(nodes.get(0), nodes.get(1), address);
    Thread.ofVirtual().name("redis-address").start(pair::accept);
    return pair;
  }

  private static EmbeddedRedis node(Path folder) throws IOException {
    return EmbeddedRedis.start(
        folder, "--save", "", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1");
  }

  /// The address of whichever is the master.
  public String url() {
    return "redis://127.0.0.1:" + address.getLocalPort();
  }

  /// The port of {@link #url}.
  public int port() {
    return address.getLocalPort();
  }

  /// The one that is the master now.
  public EmbeddedRedis master() {
    return master;
  }

  /// The replica hears of nothing from now on, as over a slow or broken line: what is written lives
  /// at the master alone.
  public void cutReplication() throws IOException {
    EmbeddedRedis replica = master == one ? other : one;
    try (Jedis jedis = new Jedis("127.0.0.1", replica.port())) {
      jedis.replicaof("127.0.0.1", EmbeddedRedis.freePort());
    }
  }

  /// The replica becomes the master and the master its replica; nobody is disconnected.
  public void failOver() throws IOException {
    EmbeddedRedis former = master;
    EmbeddedRedis next = former == one ? other : one;
    try (Jedis jedis = new Jedis("127.0.0.1", next.port())) {
      jedis.replicaofNoOne();
    }
    master = next;
    replicate(former, next);
  }

  private static void replicate(EmbeddedRedis replica, EmbeddedRedis master) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    try (Jedis jedis = new Jedis("127.0.0.1", replica.port())) {
      jedis.replicaof("127.0.0.1", master.port());
      while (!jedis.info("replication").contains("master_link_status:up")) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("no replica after 20 s");
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void accept() {
    while (!address.isClosed()) {
      try {
        Socket client = address.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  /// Until one side ends; at once where the master is away.
  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pass(server, client));
      pass(client, server);
    } catch (IOException e) {
      // the client is let go
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16_384];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // the other half ends too
    }
  }

  @Override
  public void close() {
    try {
      address.close();
    } catch (IOException e) {
      // gone already
    }
    one.close();
    other.close();
  }
}
