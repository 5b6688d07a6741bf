package parley.presence.typing;

import parley.contract.RoomId;

/// The Redis key of typing. `docs/redis.md` describes it.
final class TypingKeys {

  private TypingKeys() {}

  /// Sorted set of users by when they stop typing in a room, ms.
  static String typing(RoomId room) {
    return "typing:{" + room + "}";
  }
}
