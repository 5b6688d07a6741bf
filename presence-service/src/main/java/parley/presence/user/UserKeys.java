package parley.presence.user;

/// The Redis keys of users. Braces are hash tags: one script touches all keys of a user.
/// `docs/redis.md` describes each.
final class UserKeys {

  /// Sorted set of users that changed lately, by version.
  static final String RECENT = "presence_recent";

  /// Set of users that are connected and shown as offline.
  static final String INVISIBLE = "presence_invisible";

  private UserKeys() {}

  /// Set of a user's connection ids.
  static String sockets(String user) {
    return "user_sockets:{" + user + "}";
  }

  /// String: the user's status; there while it is connected.
  static String presence(String user) {
    return "presence:{" + user + "}";
  }

  /// Hash: version, status, text, left (when the last connection ended), user, audience.
  static String card(String user) {
    return "presence_card:{" + user + "}";
  }

  /// String: the room that the user entered last.
  static String activeRoom(String user) {
    return "active_room:{" + user + "}";
  }
}
