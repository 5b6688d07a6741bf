package parley.core.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.chat.Attachment;
import parley.proto.chat.Message;
import parley.proto.chat.Room;
import parley.proto.chat.RoomKind;

/// A room as stored.
///
/// @param projectedSeq every projection of entries up to this position has been written, but for
///     those of `skipped`
/// @param skipped positions of entries whose projection was refused for good
/// @param deleted ordinals of the newest deleted messages, 500 of them at most
/// @param floor entries up to this position were removed by retention; 0 = none
/// @param lastMessage the newest that stands; null when there is none. Half a second behind, and
///     longer where the node that serves the room ended, until somebody reads it
public record StoredRoom(
    RoomId id,
    RoomKind kind,
    String name,
    long createdAtMs,
    long lastActivityMs,
    long projectedSeq,
    Set<Long> skipped,
    List<Long> deleted,
    long floor,
    @Nullable Message lastMessage) {

  private static final int PREVIEW_CHARACTERS = 200;

  /// Deletions that are known: behind more of them unread messages are counted too high.
  static final int MOST_DELETED = 500;

  /// The same with one more.
  public static List<Long> withDeleted(List<Long> deleted, long ordinal) {
    if (ordinal == 0 || deleted.contains(ordinal)) {
      return deleted;
    }
    List<Long> more = new ArrayList<>(deleted);
    more.add(ordinal);
    return List.copyOf(more.subList(Math.max(0, more.size() - MOST_DELETED), more.size()));
  }

  /// How many messages above an ordinal stand.
  public long standingAbove(long ordinal) {
    return lastMessage == null ? 0 : standing(ordinal, lastMessage.getOrdinal());
  }

  /// How many messages above an ordinal stand, up to another.
  public long standing(long above, long upTo) {
    long gone = deleted.stream().filter(one -> one > above && one <= upTo).count();
    return Math.max(0, upTo - above - gone);
  }

  /// For the wire: with a preview of the last message.
  public Room toProto() {
    Room.Builder room =
        Room.newBuilder()
            .setId(id.value())
            .setKind(kind)
            .setName(name)
            .setCreatedAtMs(createdAtMs)
            .setLastActivityMs(lastActivityMs);
    if (lastMessage != null) {
      room.setLastMessage(preview(lastMessage));
    }
    return room.build();
  }

  /// A list of rooms shows its beginning; 200 whole messages could be megabytes.
  private static Message preview(Message message) {
    return message.toBuilder()
        .setContent(beginning(message.getContent()))
        .clearAttachments()
        .addAllAttachments(message.getAttachmentsList().stream().map(StoredRoom::kind).toList())
        .clearReactions()
        .build();
  }

  private static Attachment kind(Attachment attachment) {
    return Attachment.newBuilder()
        .setType(attachment.getType())
        .setSize(attachment.getSize())
        .build();
  }

  private static String beginning(String content) {
    return content.codePointCount(0, content.length()) <= PREVIEW_CHARACTERS
        ? content
        : content.substring(0, content.offsetByCodePoints(0, PREVIEW_CHARACTERS));
  }
}
