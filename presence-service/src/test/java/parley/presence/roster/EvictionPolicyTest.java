package parley.presence.roster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.presence.RedisFixture;
import redis.clients.jedis.RedisClient;

/// A Redis that throws keys away is warned of.
@Timeout(60)
class EvictionPolicyTest extends RedisFixture {

  private void set(String name, String value) {
    var unused = redis.configSet(name, value);
  }

  @AfterEach
  void asItWas() {
    set("maxmemory", "0");
    set("maxmemory-policy", "noeviction");
  }

  @Test
  void onlyAPolicyThatTakesKeysAtSomeTimeIsWarnedOf() {
    assertFalse(EvictionPolicy.warned(redis));
    set("maxmemory", "100mb");
    assertFalse(EvictionPolicy.warned(redis), "it refuses writes instead");
    for (String policy : new String[] {"allkeys-lru", "volatile-ttl", "allkeys-random"}) {
      set("maxmemory-policy", policy);
      assertTrue(EvictionPolicy.warned(redis), policy);
    }
    set("maxmemory", "0");
    assertFalse(EvictionPolicy.warned(redis), "it is never full");
  }

  @Test
  void aRedisThatDoesNotLetItselfBeAskedIsNone() {
    set("maxmemory", "100mb");
    set("maxmemory-policy", "allkeys-lru");
    try (RedisClient closed = RedisClient.create("127.0.0.1", redisPort())) {
      closed.close();
      assertFalse(EvictionPolicy.warned(closed));
    }
  }
}
