package parley.core.room;

import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.chat.Message;

/// Where a room stands.
///
/// @param projectedSeq every projection of entries up to this position has been written, or is
/// skipped
/// @param lastMessage the newest message that stands; null when there is none
public record RoomProgress(RoomId room, long projectedSeq, @Nullable Message lastMessage) {}
