package parley.fanout;

import org.jspecify.annotations.Nullable;

/// Whom a publication is for. Each has a channel name, built here and parsed here: a hash tag of
/// one of 256 buckets, so that a cluster can subscribe bucket by bucket, then the kind, then the
/// id.
public sealed interface Topic {

  /// The followers of one room.
  record Room(String roomId) implements Topic {}

  /// The connections of one user.
  record User(String userId) implements Topic {}

  /// Every edge.
  record All() implements Topic {}

  /// The name of the Redis channel.
  default String channel() {
    return switch (this) {
      case Room(String id) -> prefix(id) + "room:" + id;
      case User(String id) -> prefix(id) + "user:" + id;
      case All() -> prefix("") + "all:";
    };
  }

  /// The topic of a channel name; null when it is no channel of ours.
  static @Nullable Topic parse(String channel) {
    int tagEnd = channel.indexOf("}:");
    if (!channel.startsWith("parley:{") || tagEnd < 0) {
      return null;
    }
    String rest = channel.substring(tagEnd + 2);
    int cut = rest.indexOf(':');
    if (cut < 0) {
      return null;
    }
    String id = rest.substring(cut + 1);
    return switch (rest.substring(0, cut)) {
      case "room" -> new Room(id);
      case "user" -> new User(id);
      case "all" -> new All();
      default -> null;
    };
  }

  private static String prefix(String id) {
    int hash = id.hashCode();
    int bucket = (hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & 255;
    return "parley:{" + Integer.toHexString(bucket) + "}:";
  }
}
