package parley.core.room;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// Who may see a room. Blocks; safe for any thread.
public final class RoomReader {

  /// A room and what the user may do in it.
  ///
  /// @param at every entry of the room's log up to this position was taken into account
  public record Admitted(StoredRoom room, Role role, long at) {}

  private static final int MOST_REMEMBERED = 50_000;
  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(60);

  private record Who(RoomId room, UserId user) {}

  private record Remembered(Admitted admitted, long atNanos) {}

  private final Map<Who, Remembered> remembered = new ConcurrentHashMap<>();
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
    // Read behind the room: what was projected by then is in it.
    Optional<Membership> membership = rooms.membership(id, user);
    Role role = Access.role(room.kind(), membership);
    if (role == Role.ROLE_UNSPECIFIED) {
      remembered.remove(new Who(id, user));
      throw new RefusedException(ErrorCode.ACCESS_DENIED);
    }
    long at = Math.max(room.projectedSeq(), membership.map(Membership::seq).orElse(0L));
    Admitted admitted = new Admitted(room, role, at);
    remember(new Who(id, user), admitted);
    return admitted;
  }

  private void remember(Who who, Admitted admitted) {
    if (remembered.size() >= MOST_REMEMBERED) {
      long now = System.nanoTime();
      remembered.values().removeIf(one -> now - one.atNanos > REMEMBERED_NANOS);
    }
    if (remembered.size() < MOST_REMEMBERED) {
      remembered.put(who, new Remembered(admitted, System.nanoTime()));
    }
  }

  /// Was the user let in here within the last minute? For reads while the store cannot be asked.
  /// Never blocks.
  ///
  /// @throws RefusedException UNAVAILABLE when that is not known
  public Admitted lately(RoomId id, UserId user) {
    Remembered known = remembered.get(new Who(id, user));
    if (known == null || System.nanoTime() - known.atNanos > REMEMBERED_NANOS) {
      throw new RefusedException(ErrorCode.UNAVAILABLE);
    }
    return known.admitted;
  }
}
