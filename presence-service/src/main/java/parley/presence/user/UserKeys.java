package parley.presence.user;

import java.util.List;
import parley.contract.UserId;
import parley.presence.due.DueWork;

/// The Redis keys of users. Braces are hash tags: keys of one user lie on one node. The set of the
/// invisible and what is due lie elsewhere and are touched by the same scripts: this Redis is one
/// node, or one that a replica stands in for. `docs/redis.md` describes each.
final class UserKeys {

  /// Sorted set of users that changed lately, by version.
  static final String RECENT = "presence_recent";

  /// Set of users that are connected and shown as offline.
  static final String INVISIBLE = "presence_invisible";

  private UserKeys() {}

  /// Set of a user's connection ids.
  static String sockets(UserId user) {
    return "user_sockets:{" + user + "}";
  }

  /// String: the user's status; there while it is connected.
  static String presence(UserId user) {
    return "presence:{" + user + "}";
  }

  /// Hash: version, status, text, left (when the last connection ended), user, audience, told.
  static String card(UserId user) {
    return "presence_card:{" + user + "}";
  }

  /// String: the room that the user entered last.
  static String activeRoom(UserId user) {
    return "active_room:{" + user + "}";
  }

  /// Those that scripts get.
  static List<String> of(UserId user) {
    return List.of(sockets(user), presence(user), card(user), INVISIBLE, DueWork.KEY);
  }
}
