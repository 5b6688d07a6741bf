package parley.fanout.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whom a cluster's map is asked of.
class ClusterMapTest {

  private static RedisAddress node(int port) {
    return RedisAddress.parse("redis://127.0.0.1:" + port, null, 0);
  }

  /// As where nodes get a new address with each restart.
  @Test
  void nodesThatAreGoneAreForgottenAndThoseThatWereNamedAreNot() {
    BusAddress named = new BusAddress(List.of(node(1), node(2)), true);
    try (ClusterMap map = new ClusterMap(named, owners -> {})) {
      for (int port = 100; port < 1_000; port++) {
        RedisAddress[] slots = new RedisAddress[ClusterMap.SLOTS];
        Arrays.fill(slots, node(port));
        slots[0] = node(2);
        map.remember(new ClusterMap.Owners(slots));
      }
      assertEquals(
          List.of(node(2), node(999), node(1)), List.copyOf(map.known()), "who serves is first");
    }
  }
}
