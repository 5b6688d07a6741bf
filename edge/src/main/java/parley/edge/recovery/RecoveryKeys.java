package parley.edge.recovery;

import java.nio.charset.StandardCharsets;

/// The Redis keys of recovery. Braces are hash tags. `docs/redis.md` describes each.
final class RecoveryKeys {

  /// Field of a connection: its generation. A later one is never overwritten by an earlier one.
  static final String GENERATION = "g";

  /// Field of a connection: the edge whose generation it is. Of two edges that continue the same
  /// connection at once, the first to save it has it.
  static final String EDGE = "e";

  /// Field of a connection: a SavedConnection.
  static final byte[] DATA = "d".getBytes(StandardCharsets.UTF_8);

  private RecoveryKeys() {}

  /// Hash: a connection.
  static String connection(String pid) {
    return "recovery:{" + pid + "}";
  }

  /// String: the number of the edge's last writing; lives while the edge does and for as long after
  /// as its connections can be continued.
  static String edge(String edge) {
    return "recovery-edge:{" + edge + "}";
  }
}
