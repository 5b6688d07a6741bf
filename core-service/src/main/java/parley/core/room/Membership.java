package parley.core.room;

import parley.contract.UserId;
import parley.proto.chat.Role;

/// What a user is in a room.
///
/// @param role UNSPECIFIED for a former member
/// @param seq the position of the room's log that made it so
public record Membership(UserId user, Role role, long joinedAtMs, long seq) {}
