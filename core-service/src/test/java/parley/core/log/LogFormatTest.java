package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.proto.chat.Message;

/// What stands in the store, also of other versions.
@Timeout(60)
class LogFormatTest extends RoomLogFixture {

  @Test
  void theStoredFormatIsAsDocumentedAndToleratesFieldsOfTheFuture() {
    // The stored format is for good: fields by name, so that a change here is noticed.
    node.post(ANA, "cm", "hello");
    Document stored =
        node.database
            .log()
            .find(Filters.and(Filters.eq("room", room.value()), Filters.eq("type", "message")))
            .first();
    assertEquals(
        Set.of(
            "_id",
            "room",
            "seq",
            "type",
            "sender",
            "dedupe",
            "at",
            "m",
            "mm",
            "kind",
            "content",
            "attachments",
            "rev"),
        stored.keySet());
    assertEquals(stored.getLong("m"), stored.getLong("mm"));
    assertTrue(stored.getString("dedupe").startsWith("k:"));
    assertFalse(stored.getString("dedupe").contains("ana"), "names nobody");
    List<String> later = List.of("thread", "t", "parts", "encoding", "x");
    for (String field : later) {
      node.database.log().updateOne(Filters.eq("_id", stored.get("_id")), Updates.set(field, 1));
    }
    assertEquals("hello", node.messages().getFirst().getContent());
    MessageId id = MessageId.parse(stored.getString("_id"));
    node.submit(ANA, "", new Command.Edit(id, "edited")).join();
    node.submit(ANA, "", new Command.Delete(id)).join();
    assertTrue(
        node.database
            .log()
            .find(Filters.eq("_id", id.toString()))
            .first()
            .keySet()
            .containsAll(later),
        "what others will write is kept");
  }

  @Test
  void aLogThatCountsThreadsApartGoesOnCounting() {
    Message first = node.post(ANA, "", "one").event().getMessage();
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == first.getSeq());
    node.database
        .log()
        .updateOne(Filters.eq("_id", first.getId()), Updates.set("mm", 0L)); // as of a thread
    LogEntry next =
        node.store
            .at(MessageId.parse(new Node().post(ANA, "", "two").event().getMessage().getId()))
            .orElseThrow();
    assertEquals(2, next.ordinal());
    assertEquals(1, next.mainOrdinal());
  }

  @Test
  void anEntryFromBeforeTheMainLineWasCountedCountsAsOfIt() {
    Message first = node.post(ANA, "", "one").event().getMessage();
    node.database.log().updateOne(Filters.eq("_id", first.getId()), Updates.unset("mm"));
    assertEquals(1, node.store.at(MessageId.parse(first.getId())).orElseThrow().mainOrdinal());
  }
}
