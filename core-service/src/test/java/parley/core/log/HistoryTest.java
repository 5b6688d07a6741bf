package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.RoomId;
import parley.core.room.RoomProgress;
import parley.core.room.StoredRoom;
import parley.proto.chat.Message;
import parley.proto.chat.RoomKind;

/// What is read of the log, from the store and from memory, and how long.
@Timeout(60)
class HistoryTest extends RoomLogFixture {

  @Test
  void historyPagesBackToTheFirstMessage() {
    for (int i = 0; i < 25; i++) {
      node.post(ANA, "", "m" + i);
    }
    List<String> seen = new ArrayList<>();
    long before = 0;
    boolean more = true;
    while (more) {
      var page = node.history.messages(room, before, 10, 0, node.history.head(room));
      List<String> contents = page.getMessagesList().stream().map(Message::getContent).toList();
      seen.addAll(0, contents);
      before = page.getMessages(0).getOrdinal();
      more = page.getHasMore();
    }
    assertEquals(25, seen.size());
    assertEquals("m0", seen.getFirst());
    assertEquals("m24", seen.getLast());
  }

  @Test
  void memoryAnswersAsTheStoreDoesAndKnowsWhenItCannot() {
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(MessageId.parse(node.post(ANA, "", "m" + i).event().getMessage().getId()));
    }
    node.submit(ANA, "", new Command.Edit(ids.get(20), "edited")).join();
    node.submit(ANA, "", new Command.Edit(ids.get(25), "soon gone")).join();
    node.submit(ANA, "", new Command.Delete(ids.get(25))).join();
    long head = node.history.head(room);
    RoomLog.RecentMessages remembered = node.log.recentMessages(room, 11, head);
    assertEquals(head, remembered.head());
    assertEquals(
        node.history.messages(room, 0, 10, 0, node.history.head(room)).getMessagesList(),
        node.history.messages(room, 0, 10, head, node.history.head(room)).getMessagesList());
    List<LogEntry> entries = node.log.recent(room, head - 10, head);
    RoomEvents events = new RoomEvents(node.users);
    assertEquals(
        node.store.read(room, head - 10, head, 10).stream().map(events::of).toList(),
        entries.stream().map(events::of).toList());
    assertEquals(null, node.log.recentMessages(room, 11, head + 1), "somebody knows of more");
    assertEquals(null, node.log.recent(room, head - 1, head + 1));
    for (int i = 0; i < RecentEntries.MOST_IN_A_ROOM; i++) {
      node.post(BEN, "", "push " + i);
    }
    assertEquals(null, node.log.recent(room, 0, head), "too long ago");
    assertEquals(null, node.log.recentMessages(room, 101, 1), "more than is remembered");
  }

  @Test
  void whatAnotherNodeDeletedIsNotReadFromMemory() {
    MessageId id = MessageId.parse(node.post(ANA, "", "secret").event().getMessage().getId());
    new Node().submit(ANA, "", new Command.Delete(id)).join();
    assertEquals(
        "",
        node.history
            .messages(room, 0, 1, id.seq(), node.history.head(room))
            .getMessages(0)
            .getContent());
  }

  @Test
  void retentionRemovesAPrefixRaisesTheFloorAndKeepsTheLastEntry() {
    List<Outcome.Appended> posts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      posts.add(node.post(ANA, "", "m" + i));
      long now = System.currentTimeMillis();
      await().until(() -> System.currentTimeMillis() > now); // a commit time of its own
    }
    long head = node.history.head(room);
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    Retention retention =
        new Retention(node.store, node.rooms, node.log::forget, Duration.ofDays(1));
    open.add(retention);
    long cut = posts.get(6).event().getCommitTimeMs();
    retention.prune(node.rooms.find(room).orElseThrow(), cut);
    assertEquals(posts.get(5).event().getSeq(), node.rooms.find(room).orElseThrow().floor());
    assertEquals(
        List.of("m6", "m7", "m8", "m9"),
        node.messages().stream().map(Message::getContent).toList());
    retention.prune(node.rooms.find(room).orElseThrow(), Long.MAX_VALUE);
    assertEquals(List.of("m9"), node.messages().stream().map(Message::getContent).toList());
    Node next = new Node();
    assertEquals(head + 1, next.post(ANA, "", "goes on").event().getSeq());
  }

  /// A room, or an entry, of a later release, say.
  @Test
  void retentionGoesOnBehindWhatCannotBeRead() {
    node.database.rooms().insertOne(new Document("_id", "!").append("kind", "OF_TOMORROW"));
    RoomId unreadable = new RoomId("a-later-one");
    node.rooms.create(unreadable, RoomKind.GROUP, "");
    node.database.log().insertOne(new Document("_id", MessageId.text(unreadable, 1)));
    node.rooms.project(List.of(new RoomProgress(unreadable, 2, null)));
    long head = node.post(ANA, "", "the last").event().getSeq();
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    long now = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > now + 2);
    Retention retention =
        new Retention(node.store, node.rooms, node.log::forget, Duration.ofMillis(1));
    open.add(retention);
    retention.sweep();
    assertEquals(head, node.store.oldest(room));
  }

  @Test
  void retentionRemovesALongPrefixInSlices() {
    long first = node.history.head(room) + 1;
    List<LogEntry> entries = new ArrayList<>();
    for (int i = 0; i < 2 * Retention.SLICE + 10; i++) {
      entries.add(
          new LogEntry(
              room,
              first + i,
              "r:old-" + i,
              ANA,
              1_000,
              i + 1L,
              i + 1L,
              new Change.Posted("text", "m", List.of(), ""),
              LogEntry.State.FRESH));
    }
    assertEquals(LogStore.Written.ALL, node.store.append(entries).rest());
    long head = new Node().post(ANA, "", "the last").event().getSeq();
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    Retention retention =
        new Retention(node.store, node.rooms, node.log::forget, Duration.ofDays(1));
    open.add(retention);
    retention.prune(node.rooms.find(room).orElseThrow(), Long.MAX_VALUE);
    assertEquals(head, node.store.oldest(room));
  }

  /// A limit has no sign on the wire.
  @Test
  void nobodyReadsAWholeRoomAtOnce() {
    for (int i = 0; i < 101; i++) {
      node.post(ANA, "", "m" + i);
    }
    long head = node.history.head(room);
    assertEquals(100, node.history.messages(room, 0, -1, 0, head).getMessagesCount());
    StoredRoom stored = node.rooms.find(room).orElseThrow();
    assertEquals(head, node.history.log(stored, 0, 0, -1, head).getEventsCount());
    assertEquals(2, node.history.log(stored, head - 2, head, -1, 0).getEventsCount());
  }
}
