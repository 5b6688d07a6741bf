package parley.core.room;

import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.chat.Message;
import parley.proto.chat.Room;
import parley.proto.chat.RoomKind;

/// A room as stored.
///
/// @param projectedSeq every projection of entries up to this position has been written
/// @param floor entries up to this position were removed by retention; 0 = none
/// @param lastMessage at most one second behind; null when there is none
public record StoredRoom(
    RoomId id,
    RoomKind kind,
    String name,
    long createdAtMs,
    long lastActivityMs,
    long projectedSeq,
    long floor,
    @Nullable Message lastMessage) {

  /// For the wire.
  public Room toProto() {
    Room.Builder room =
        Room.newBuilder()
            .setId(id.value())
            .setKind(kind)
            .setName(name)
            .setCreatedAtMs(createdAtMs)
            .setLastActivityMs(lastActivityMs);
    if (lastMessage != null) {
      room.setLastMessage(lastMessage);
    }
    return room.build();
  }
}
