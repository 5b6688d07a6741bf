package parley.system.fault;

import java.util.ArrayList;
import java.util.List;
import parley.launcher.Options;
import parley.system.Parley;

/// How a run is made.
///
/// @param runs how many, each with the next seed
/// @param first the first mix of faults alone, and nobody but the ten users: as it was when a seed
///     was first told
/// @param crowd how many are merely connected
/// @param only faults with these words in their names; empty = all
record RunPlan(long seed, long seconds, int runs, boolean first, int crowd, String only) {

  /// Where no presence node is: the discard port.
  private static final String DEAD = "127.0.0.1:9";

  /// The store needs a new file every few seconds, for which a full disk has no room.
  private static final String SMALL_FILES = " -Dparley.store.segment=65536";

  /// Reads `[SEED] [SECONDS] [RUNS] [--mix first] [--crowd N] [--only WORDS]`.
  static RunPlan parse(String... args) {
    List<String> given = new ArrayList<>(List.of(args));
    boolean first = flag(given, "--mix", "all").equals("first");
    int crowd = Integer.parseInt(flag(given, "--crowd", first ? "0" : "100"));
    String only = flag(given, "--only", "");
    return new RunPlan(
        given.isEmpty() ? System.nanoTime() : Long.parseLong(given.get(0)),
        given.size() > 1 ? Long.parseLong(given.get(1)) : 60,
        given.size() > 2 ? Integer.parseInt(given.get(2)) : 1,
        first,
        crowd,
        only);
  }

  private static String flag(List<String> given, String flag, String standard) {
    int at = given.indexOf(flag);
    if (at < 0) {
      return standard;
    }
    given.remove(at);
    return given.remove(at);
  }

  RunPlan withSeed(long other) {
    return new RunPlan(other, seconds, runs, first, crowd, only);
  }

  /// What the cluster of this run is started with.
  ///
  /// @param stores the way of each core node to the store
  Options options(Options plain, List<MongoProxy> stores, TcpProxy redis) {
    String settings =
        "core.MONGODB_URI="
            + stores.get(0).uri()
            + ";core-2.MONGODB_URI="
            + stores.get(1).uri()
            + ";REDIS_URL=redis://127.0.0.1:"
            + redis.port()
            + ";FANOUT="
            + (seed % 2 == 0 ? "redis" : "streams")
            + ";SOCKET_PING_INTERVAL=2000;SOCKET_PING_TIMEOUT=3000;DRAIN_LIMIT=4000";
    if (first) {
      return cluster(plain, settings);
    }
    if (seed % 3 == 1) {
      String presences = DEAD + ",127.0.0.1:" + plain.ports().presence(0);
      settings += ";edge-1.PRESENCE_ADDRESSES=" + presences;
      settings += ";edge-2.PRESENCE_ADDRESSES=" + presences;
    }
    return cluster(plain, settings).with("--jvm", Parley.BRIEF + SMALL_FILES);
  }

  private static Options cluster(Options plain, String settings) {
    return plain.with("--rate-limit", "off").with("--cores", "2").with("--set", settings);
  }
}
