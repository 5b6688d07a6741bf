package parley.core.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.proto.chat.Attachment;
import parley.proto.chat.Message;
import parley.proto.chat.Reaction;
import parley.proto.chat.Room;
import parley.proto.chat.RoomKind;

/// What a list of rooms shows of a room.
@Timeout(30)
class StoredRoomTest {

  private static Message preview(Message.Builder last) {
    Room room =
        new StoredRoom(
                new RoomId("room"),
                RoomKind.GROUP,
                "Room",
                1,
                2,
                3,
                Set.of(),
                List.of(),
                0,
                last.build())
            .toProto();
    return room.getLastMessage();
  }

  @Test
  void aShortMessageIsShownWhole() {
    assertEquals("hello", preview(Message.newBuilder().setContent("hello")).getContent());
    String most = "x".repeat(200);
    assertEquals(most, preview(Message.newBuilder().setContent(most)).getContent());
  }

  @Test
  void ofALongOneTheBeginningIsAndNoCharacterIsCutInTwo() {
    String shown = preview(Message.newBuilder().setContent("🙂".repeat(5_000))).getContent();
    assertEquals("🙂".repeat(200), shown);
  }

  @Test
  void theLargestMessageLeavesAListOf200RoomsWithinAMebibyte() {
    Message.Builder large = Message.newBuilder().setContent("🙂".repeat(5_000));
    IntStream.range(0, 10)
        .forEach(
            i ->
                large.addAttachments(
                    Attachment.newBuilder()
                        .setUrl("https://" + "x".repeat(2_000))
                        .setType("image/png")
                        .setName("n".repeat(255))
                        .setSize(7)));
    IntStream.range(0, 50)
        .forEach(
            i ->
                large.addReactions(
                    Reaction.newBuilder().setEmoji("e" + i).addUserIds("u".repeat(100))));
    Message shown = preview(large);
    assertEquals(10, shown.getAttachmentsCount());
    assertEquals("image/png", shown.getAttachments(0).getType());
    assertTrue(200 * shown.getSerializedSize() < 1 << 20, () -> shown.getSerializedSize() + "");
  }
}
