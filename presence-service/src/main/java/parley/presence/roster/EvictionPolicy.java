package parley.presence.roster;

import redis.clients.jedis.UnifiedJedis;

/// Does Redis throw keys away when its memory is full? Whoever is online would be shown as gone:
/// said at the start, because afterwards nobody can tell which. Where Redis does not let itself be
/// asked, nothing is said.
public final class EvictionPolicy {

  private static final System.Logger LOG = System.getLogger(EvictionPolicy.class.getName());

  private EvictionPolicy() {}

  /// Warns when it does. Blocks on Redis.
  ///
  /// @return true when it warned
  public static boolean warned(UnifiedJedis redis) {
    try {
      String memory = redis.info("memory");
      String policy = field(memory, "maxmemory_policy");
      if (policy.isEmpty()
          || policy.equals("noeviction")
          || field(memory, "maxmemory").equals("0")) {
        return false;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Redis'' maxmemory-policy is {0}: when its memory is full it forgets who is online and"
              + " what can be recovered; set noeviction",
          policy);
      return true;
    } catch (RuntimeException e) { // not permitted, or a server that is none of Redis' own
      LOG.log(System.Logger.Level.DEBUG, "Redis does not say its maxmemory-policy", e);
      return false;
    }
  }

  /// Of lines `name:value`.
  private static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }
}
