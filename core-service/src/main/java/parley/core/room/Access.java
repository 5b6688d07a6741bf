package parley.core.room;

import java.util.Optional;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;

/// Who may do what in a room.
public final class Access {

  private Access() {}

  /// The role that a stored membership gives: members of any room have theirs; in an open room
  /// everybody else is a member too, but for those who were removed.
  ///
  /// @return UNSPECIFIED when there is no access
  public static Role role(RoomKind kind, Optional<Membership> membership) {
    if (membership.isPresent()) {
      return membership.get().role();
    }
    return kind == RoomKind.OPEN ? Role.MEMBER : Role.ROLE_UNSPECIFIED;
  }

  /// The role of a user, read from the store. Blocks.
  public static Role role(Rooms rooms, StoredRoom room, UserId user) {
    return role(room.kind(), rooms.memberships().of(room.id(), user));
  }
}
