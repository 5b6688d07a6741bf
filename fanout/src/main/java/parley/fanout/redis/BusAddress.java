package parley.fanout.redis;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the bus is: one Redis, or some nodes of a cluster
/// (`redis-cluster://[user:password@]host:port, host:port,...`), of which the others are learned.
///
/// @param nodes one, or as many of a cluster as are named
/// @param cluster is it a cluster?
public record BusAddress(List<RedisAddress> nodes, boolean cluster) {

  private static final String CLUSTER = "redis-cluster://";

  public BusAddress {
    nodes = List.copyOf(nodes);
  }

  /// @param url empty = the Redis that keeps everything else
  /// @param password used when the address has none; may be null or empty
  /// @throws IllegalArgumentException naming what is wrong, never the password
  public static BusAddress parse(String url, @Nullable String password, RedisAddress otherwise) {
    if (url.isEmpty()) {
      return new BusAddress(List.of(otherwise), false);
    }
    if (!url.startsWith(CLUSTER)) {
      return new BusAddress(List.of(RedisAddress.parse(url, password, 0)), false);
    }
    String rest = url.substring(CLUSTER.length());
    int at = rest.lastIndexOf('@');
    String sign = at < 0 ? "" : rest.substring(0, at + 1);
    return new BusAddress(
        Arrays.stream(rest.substring(at + 1).split(",", -1))
            .map(node -> RedisAddress.parse("redis://" + sign + node.trim(), password, 0))
            .toList(),
        true);
  }
}
