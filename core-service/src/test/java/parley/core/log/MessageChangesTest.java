package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Filters;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.proto.chat.Message;
import parley.proto.errors.ErrorCode;

/// Edits, deletions, and what the room shows of its last message.
@Timeout(60)
class MessageChangesTest extends RoomLogFixture {

  @Test
  void authorsAndModeratorsEditOthersDoNot() {
    MessageId bens = MessageId.parse(node.post(BEN, "", "by ben").event().getMessage().getId());
    MessageId anas = MessageId.parse(node.post(ANA, "", "by ana").event().getMessage().getId());
    assertEquals(
        ErrorCode.UNAUTHORIZED,
        refusal(node.submit(ANA, "", new Command.Edit(bens, "mine now")).join()));
    assertInstanceOf(
        Outcome.Appended.class, node.submit(ANA, "", new Command.Edit(anas, "edited")).join());
    assertInstanceOf(
        Outcome.Appended.class, node.submit(BEN, "", new Command.Edit(anas, "moderated")).join());
    Message message = node.messages().getLast();
    assertEquals("moderated", message.getContent());
    assertTrue(message.getEditedAtMs() >= message.getCreatedAtMs());
  }

  @Test
  void editingToTheSameTextAgainChangesNothing() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    Outcome.Appended first =
        (Outcome.Appended) node.submit(ANA, "", new Command.Edit(id, "two")).join();
    Outcome.Appended again =
        (Outcome.Appended) node.submit(ANA, "", new Command.Edit(id, "two")).join();
    assertTrue(again.duplicate());
    assertEquals(first.event().getSeq(), again.event().getSeq());
    assertEquals(first.event().getSeq(), node.history.head(room));
  }

  @Test
  void deletingErasesTheTextEverywhereAndIsHarmlessToRepeat() {
    MessageId id = MessageId.parse(node.post(ANA, "", "secret").event().getMessage().getId());
    node.submit(ANA, "", new Command.Edit(id, "secret, edited")).join();
    Outcome.Appended first = (Outcome.Appended) node.submit(ANA, "", new Command.Delete(id)).join();
    Outcome.Appended again = (Outcome.Appended) node.submit(ANA, "", new Command.Delete(id)).join();
    assertEquals(first.event().getSeq(), again.event().getSeq());
    assertTrue(again.duplicate());
    assertEquals(
        ErrorCode.NOT_FOUND, refusal(node.submit(ANA, "", new Command.Edit(id, "x")).join()));
    Message message = node.messages().getLast();
    assertEquals("", message.getContent());
    assertTrue(message.getDeletedAtMs() > 0);
    List<Document> raw =
        node.database.log().find(Filters.eq("room", room.value())).into(new ArrayList<>());
    assertFalse(raw.toString().contains("secret"), raw::toString);
  }

  @Test
  void aLateProjectionNeverOverwritesANewerOne() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    node.submit(ANA, "", new Command.Edit(id, "two")).join();
    node.submit(ANA, "", new Command.Edit(id, "three")).join();
    node.store.changes().edit(id, "two", id.seq() + 1, System.currentTimeMillis());
    assertEquals("three", node.messages().getLast().getContent());
  }

  @Test
  void lastMessageAndProgressAreWrittenWithinASecondOrSo() {
    Message last = node.post(ANA, "", "the last").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    await()
        .untilAsserted(
            () -> {
              var stored = node.rooms.find(room).orElseThrow();
              assertEquals(last, stored.lastMessage());
              assertEquals(last.getCreatedAtMs(), stored.lastActivityMs());
              assertEquals(last.getSeq(), stored.projectedSeq());
            });
  }

  @Test
  void aDeletedLastMessageIsAtOnceGoneFromTheRoomToo() {
    Message last = node.post(ANA, "", "secret").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    new Node().submit(BEN, "", new Command.Delete(MessageId.parse(last.getId()))).join();
    Message shown = node.rooms.find(room).orElseThrow().lastMessage();
    assertEquals("", shown.getContent());
    assertTrue(shown.getDeletedAtMs() > 0);
  }

  @Test
  void anEditedLastMessageIsShownAsItIs() {
    Message last = node.post(ANA, "", "one").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().lastMessage() != null);
    node.submit(ANA, "", new Command.Edit(MessageId.parse(last.getId()), "two")).join();
    await()
        .until(() -> node.rooms.find(room).orElseThrow().lastMessage().getContent().equals("two"));
  }
}
