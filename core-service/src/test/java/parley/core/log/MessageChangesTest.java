package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Filters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.RoomId;
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

  /// Entries in the log whose changes are applied in any order, or again.
  @Test
  void appliedInAnyOrderChangesAddUpToTheSame() {
    List<Change> said =
        List.of(
            new Change.Edited(FIRST, "two"),
            new Change.Reacted(FIRST, "a", false),
            new Change.Reacted(FIRST, "b", false),
            new Change.Edited(FIRST, "three"),
            new Change.Reacted(FIRST, "a", true));
    for (int seed = 0; seed < 20; seed++) {
      List<LogEntry> entries = logged(said);
      List<LogEntry> order = new ArrayList<>(entries);
      Collections.shuffle(order, new Random(seed));
      order.forEach(sound.parts.projector()::apply);
      order.forEach(sound.parts.projector()::applyLate); // of those that were passed over, and all
      LogEntry shown = node.store.at(target(entries.getFirst())).orElseThrow();
      assertEquals("three", ((Change.Posted) shown.change()).content(), "seed " + seed);
      assertEquals(
          List.of("b"),
          shown.state().reactions().stream().map(LogEntry.Reaction::emoji).toList(),
          "seed " + seed);
    }
  }

  @Test
  void aDeletionThatIsAppliedLateErasesAllTheSame() {
    List<LogEntry> entries =
        logged(List.of(new Change.Deleted(FIRST, 1), new Change.Reacted(FIRST, "a", false)));
    sound.parts.projector().apply(entries.get(1));
    sound.parts.projector().applyLate(entries.get(0));
    LogEntry shown = node.store.at(target(entries.getFirst())).orElseThrow();
    assertEquals("", ((Change.Posted) shown.change()).content());
    assertTrue(shown.state().deletedAtMs() > 0);
    assertEquals(List.of(), shown.state().reactions());
  }

  /// Stands for the message that is changed.
  private static final MessageId FIRST = new MessageId(new RoomId("any"), 1);

  /// A message, and changes of it, in the log and nowhere else.
  private List<LogEntry> logged(List<Change> changes) {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    List<LogEntry> entries = new ArrayList<>();
    for (Change change : changes) {
      entries.add(
          new LogEntry(
              room,
              id.seq() + 1 + entries.size(),
              "r:" + UUID.randomUUID(),
              ANA,
              System.currentTimeMillis(),
              1,
              1,
              of(id, change),
              LogEntry.State.FRESH));
    }
    assertEquals(LogStore.Written.ALL, node.store.append(entries).rest());
    return entries;
  }

  private static Change of(MessageId id, Change change) {
    return switch (change) {
      case Change.Edited(MessageId any, String content) -> new Change.Edited(id, content);
      case Change.Deleted(MessageId any, long ordinal) -> new Change.Deleted(id, ordinal);
      case Change.Reacted(MessageId any, String emoji, boolean removed) ->
          new Change.Reacted(id, emoji, removed);
      default -> throw new IllegalArgumentException("no change of a message");
    };
  }

  private static MessageId target(LogEntry entry) {
    return switch (entry.change()) {
      case Change.Edited(MessageId id, String content) -> id;
      case Change.Deleted(MessageId id, long ordinal) -> id;
      default -> throw new IllegalArgumentException("not the first change");
    };
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
    assertNull(node.rooms.find(room).orElseThrow().lastMessage());
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
