package parley.core.room;

import java.util.Optional;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// Who may see a room. Blocks; safe for any thread.
public final class RoomReader {

  /// A room and what the user may do in it.
  public record Admitted(StoredRoom room, Role role) {}

  private final Rooms rooms;
  private final boolean createOpen;

  /// @param createOpen make a room, open, when somebody joins one that does not exist
  public RoomReader(Rooms rooms, boolean createOpen) {
    this.rooms = rooms;
    this.createOpen = createOpen;
  }

  /// The room for a member.
  ///
  /// @throws RefusedException ACCESS_DENIED, alike for a foreign room and for none
  public Admitted admit(RoomId id, UserId user) {
    Optional<StoredRoom> found = rooms.find(id);
    if (found.isEmpty() && createOpen && !id.value().startsWith("dm:")) {
      found = Optional.of(rooms.create(id, RoomKind.OPEN, id.value()));
    }
    StoredRoom room = found.orElseThrow(() -> new RefusedException(ErrorCode.ACCESS_DENIED));
    Role role = Access.role(rooms, room, user);
    if (role == Role.ROLE_UNSPECIFIED) {
      throw new RefusedException(ErrorCode.ACCESS_DENIED);
    }
    return new Admitted(room, role);
  }
}
