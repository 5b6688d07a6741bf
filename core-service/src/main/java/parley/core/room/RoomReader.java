package parley.core.room;

import java.util.Optional;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// Who may see a room. Safe for any thread.
public final class RoomReader {

  /// A room and what the user may do in it.
  ///
  /// @param at every entry of the room's log up to this position was taken into account
  public record Admitted(StoredRoom room, Role role, long at) {}

  private final Rooms rooms;
  private final Projected projected;
  private final boolean createOpen;

  /// @param createOpen make a room, open, when somebody joins one that does not exist
  public RoomReader(Rooms rooms, Projected projected, boolean createOpen) {
    this.rooms = rooms;
    this.projected = projected;
    this.createOpen = createOpen;
  }

  /// The room for a member, by all that its log says now. Blocks.
  ///
  /// @throws RefusedException ACCESS_DENIED, alike for a foreign room and for none
  public Admitted admit(RoomId id, UserId user) {
    Projected.Current current = projected.current(id).orElseGet(() -> created(id));
    StoredRoom room = current.room();
    // Read behind it: what was projected by then is in it.
    Optional<Membership> membership = rooms.memberships().of(id, user);
    Role role = Access.role(room.kind(), membership);
    if (role == Role.ROLE_UNSPECIFIED) {
      rooms.memberships().admissions().forget(id, user);
      throw new RefusedException(ErrorCode.ACCESS_DENIED);
    }
    Admitted admitted =
        new Admitted(
            room, role, Math.max(current.at(), membership.map(Membership::seq).orElse(0L)));
    rooms.memberships().admissions().remember(user, admitted);
    return admitted;
  }

  private Projected.Current created(RoomId id) {
    if (!createOpen || id.value().startsWith("dm:")) {
      throw new RefusedException(ErrorCode.ACCESS_DENIED);
    }
    StoredRoom room = rooms.create(id, RoomKind.OPEN, id.value());
    return new Projected.Current(room, projected.ensure(room));
  }

  /// The room for whoever was let in within the last few seconds, else as {@link #admit}: for what
  /// shows nothing of the room. Blocks where that is not known.
  ///
  /// @throws RefusedException ACCESS_DENIED, as there
  public Admitted admitOften(RoomId id, UserId user) {
    Admitted known = rooms.memberships().admissions().within(id, user, Admissions.SECONDS_OFTEN);
    return known == null ? admit(id, user) : known;
  }

  /// Was the user let in here within the last minute? For reads while the store cannot be asked.
  /// Never blocks.
  ///
  /// @throws RefusedException UNAVAILABLE when that is not known
  public Admitted lately(RoomId id, UserId user) {
    Admitted known = rooms.memberships().admissions().within(id, user, Admissions.SECONDS_LATELY);
    if (known == null) {
      throw new RefusedException(ErrorCode.UNAVAILABLE);
    }
    return known;
  }
}
