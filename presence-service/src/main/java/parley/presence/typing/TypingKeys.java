package parley.presence.typing;

import java.util.List;
import parley.contract.RoomId;

/// The Redis keys of typing. `docs/redis.md` describes them.
final class TypingKeys {

  private TypingKeys() {}

  /// Both, as the scripts take them.
  static List<String> of(RoomId room) {
    return List.of(typing(room), until(room));
  }

  /// Set of users that type in a room (R11).
  static String typing(RoomId room) {
    return "typing:{" + room + "}";
  }

  /// Sorted set of the same by when they stop, ms.
  private static String until(RoomId room) {
    return "typing_until:{" + room + "}";
  }
}
