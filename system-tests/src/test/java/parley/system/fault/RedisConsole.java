package parley.system.fault;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import parley.system.StockClient;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// What whoever runs a Redis can do to it, past the proxy.
final class RedisConsole {

  private static final int NOBODY = 1; // a port at which no master is

  private final HostAndPort at;

  RedisConsole(int port) {
    this.at = new HostAndPort("127.0.0.1", port);
  }

  /// Everything that would take memory is refused, or nothing is.
  void refuseWrites(boolean refuse) {
    ask(Command.CONFIG, "SET", "maxmemory", refuse ? "1" : "0");
  }

  /// It is a replica, as the old master is after a failover, or the master.
  void readOnly(boolean replica) {
    if (replica) {
      ask(Command.REPLICAOF, "127.0.0.1", Integer.toString(NOBODY));
    } else {
      ask(Command.REPLICAOF, "NO", "ONE");
    }
  }

  void forgetAll() {
    ask(Command.FLUSHALL);
  }

  /// Evicts one key of two.
  void forgetSome(Random random) {
    if (ask(Command.KEYS, "*") instanceof List<?> keys) {
      List<String> chosen = new ArrayList<>();
      for (Object key : keys) {
        if (random.nextBoolean()) {
          chosen.add(new String((byte[]) key, StandardCharsets.UTF_8));
        }
      }
      if (!chosen.isEmpty()) {
        ask(Command.DEL, chosen.toArray(String[]::new));
      }
    }
  }

  void publish(String channel, byte[] message) {
    try (Connection connection = connected()) {
      connection.sendCommand(Command.PUBLISH, channel.getBytes(StandardCharsets.UTF_8), message);
      var unused = connection.getOne();
    }
  }

  private Object ask(Command command, String... arguments) {
    try (Connection connection = connected()) {
      connection.sendCommand(command, arguments);
      return connection.getOne();
    }
  }

  /// It may just be starting again.
  private Connection connected() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      Connection connection = new Connection(at);
      try {
        connection.connect();
        return connection;
      } catch (JedisConnectionException e) {
        connection.close();
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        StockClient.pause(50);
      }
    }
  }
}
