package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.ServerAddress;
import com.mongodb.client.model.Filters;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.log.LogStore.Written;
import parley.core.room.StoredRoom;
import parley.proto.chat.Message;
import parley.proto.errors.ErrorCode;

/// The log while what an entry changes beside it cannot be written, or was not.
@Timeout(60)
class ProjectionFaultsTest extends RoomLogFixture {

  private void assertNoMember(LogNode node, UserId user) {
    assertEquals(
        ErrorCode.ACCESS_DENIED,
        assertThrows(RefusedException.class, () -> node.reader.admit(room, user))
            .error()
            .getCode());
  }

  /// A projector whose connection breaks the first few times that something is to be removed.
  private static UnaryOperator<Projector> breaking(AtomicInteger left) {
    return projector ->
        entry -> {
          boolean removes =
              entry.change() instanceof Change.MemberRemoved
                  || entry.change() instanceof Change.Deleted;
          if (removes && left.getAndDecrement() > 0) {
            throw new MongoSocketReadException("cut", new ServerAddress());
          }
          projector.apply(entry);
        };
  }

  @Test
  void aRemovalThatWasAcknowledgedIsSeenOnEveryNodeAlthoughItsProjectionFailedAtFirst() {
    LogNode failing = node(writer -> writer, breaking(new AtomicInteger(3)));
    failing.done(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA));
    assertNoMember(failing, ANA);
    assertNoMember(sound, ANA);
  }

  @Test
  void aDeletedMessageIsUnreadableOnceThatWasAcknowledgedAlthoughTheProjectionFailedAtFirst() {
    LogNode failing = node(writer -> writer, breaking(new AtomicInteger(3)));
    Outcome.Appended message = failing.done(room, ANA, "", message("secret"));
    MessageId id = MessageId.parse(message.event().getMessage().getId());
    failing.done(room, ANA, "", new Command.Delete(id));
    for (LogNode node : List.of(failing, sound)) {
      assertEquals("", content(node));
    }
  }

  /// The node died before it wrote where the room stands; nobody writes to the room any more.
  @Test
  void whatADeadNodeAcknowledgedLastIsInTheRoomsStateOnceSomebodyReads() {
    await().until(() -> stored().projectedSeq() == 2);
    LogNode other = node(writer -> writer, projector -> projector);
    int seq = 2; // one reader's node has never served the room, the other's is behind
    for (LogNode reader : List.of(other, sound)) {
      LogEntry entry =
          new LogEntry(
              room,
              ++seq,
              "r:dead-" + seq,
              BEN,
              System.currentTimeMillis(),
              seq - 2,
              seq - 2,
              new Change.Posted("text", "left " + seq, List.of(), ""),
              LogEntry.State.FRESH);
      assertEquals(Written.ALL, sound.store.append(List.of(entry)).rest());
      reader.reader.admit(room, ANA);
      String left = "left " + seq;
      await()
          .until(() -> stored().lastMessage() instanceof Message m && m.getContent().equals(left));
    }
  }

  /// As after a kill between an entry and what it changes; nobody writes to the room any more.
  @Test
  void aReaderMakesGoodWhatADeadNodeLeftBehind() {
    MessageId id =
        MessageId.parse(sound.done(room, BEN, "", message("secret")).event().getMessage().getId());
    await().until(() -> sound.rooms.find(room).orElseThrow().projectedSeq() == id.seq());
    List<Change> left = List.of(new Change.MemberRemoved(ANA), new Change.Deleted(id, 1));
    for (int i = 0; i < left.size(); i++) {
      LogEntry entry =
          new LogEntry(
              room,
              id.seq() + 1 + i,
              "r:dead-" + i,
              i == 0 ? LogEntry.SYSTEM : BEN,
              System.currentTimeMillis(),
              1,
              1,
              left.get(i),
              LogEntry.State.FRESH);
      assertEquals(Written.ALL, sound.store.append(List.of(entry)).rest());
    }
    LogNode other = node(writer -> writer, projector -> projector);
    assertNoMember(other, ANA);
    assertEquals("", content(other));
  }

  /// A projector that will have no change of a kind, and how often it was asked.
  private static UnaryOperator<Projector> refusing(
      Class<? extends Change> kind, AtomicInteger asked, RuntimeException failure) {
    return projector ->
        entry -> {
          if (kind.isInstance(entry.change())) {
            asked.incrementAndGet();
            throw failure;
          }
          projector.apply(entry);
        };
  }

  /// A projector that will not have the first changes of a kind.
  private static UnaryOperator<Projector> refusing(Class<? extends Change> kind, int first) {
    AtomicInteger left = new AtomicInteger(first);
    return projector ->
        entry -> {
          if (kind.isInstance(entry.change()) && left.getAndDecrement() > 0) {
            throw new IllegalStateException("not this time");
          }
          projector.apply(entry);
        };
  }

  private String content(LogNode node) {
    return node.history
        .messages(room, 0, 1, 0, node.history.head(room))
        .getMessages(0)
        .getContent();
  }

  private StoredRoom stored() {
    return sound.rooms.find(room).orElseThrow();
  }

  @Test
  void aChangeThatTheStoreRefusesForGoodFailsItsRequestAndTheRoomGoesOnWithoutIt() {
    LogNode failing =
        node(writer -> writer, refusing(Change.MemberRemoved.class, Integer.MAX_VALUE));
    Outcome removal =
        failing.submit(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.UNAVAILABLE, refusal(removal), "not what everybody sees");
    long head = failing.done(room, BEN, "", message("goes on")).event().getSeq();
    await().until(() -> stored().projectedSeq() == head);
    assertEquals("goes on", stored().lastMessage().getContent());
    assertEquals(Set.of(head - 1), stored().skipped());
    assertNoMember(sound, ANA); // whoever can, makes it good
    assertEquals(Set.of(), stored().skipped());
  }

  /// A damaged document, say, beside the log.
  @Test
  void aRoomGoesOnBehindAnEntryThatTheStoreItselfWillNotProject() {
    await().until(() -> stored().projectedSeq() == 2);
    sound
        .database
        .userFeeds()
        .replaceOne(Filters.eq("_id", ANA.value()), new Document("n", "no number"));
    LogNode node = node(writer -> writer, projector -> projector);
    Outcome removal = node.submit(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.UNAVAILABLE, refusal(removal));
    long head = node.done(room, BEN, "", message("goes on")).event().getSeq();
    await().until(() -> stored().projectedSeq() == head);
    assertEquals(Set.of(head - 1), stored().skipped());
    LogNode next = node(writer -> writer, projector -> projector);
    assertEquals(head + 1, next.done(room, BEN, "", message("and on")).event().getSeq());
  }

  @Test
  void whatCannotBeProjectedIsNotTriedByEveryReader() {
    long seq = sound.done(room, BEN, "", message("one")).event().getSeq();
    MessageId id = new MessageId(room, seq);
    AtomicInteger asked = new AtomicInteger();
    UnaryOperator<Projector> refusing =
        refusing(Change.Edited.class, asked, new IllegalStateException("not to be written"));
    LogNode writing = node(writer -> writer, refusing);
    Outcome edit = writing.submit(room, BEN, "", new Command.Edit(id, "two")).join();
    assertEquals(ErrorCode.UNAVAILABLE, refusal(edit));
    assertEquals(1, asked.get());
    await().until(() -> stored().projectedSeq() == seq + 1); // else the reader's node takes it in
    LogNode reading = node(writer -> writer, refusing);
    for (int i = 0; i < 5; i++) {
      var unused = reading.reader.admit(room, ANA);
    }
    assertEquals(2, asked.get(), "once on each node");
    int tried = 2;
    for (long second : new long[] {1, 3, 7}) { // after 1 s, 2 more, 4 more
      reading.nanos.set(TimeUnit.SECONDS.toNanos(second));
      for (int i = 0; i < 5; i++) {
        var unused = reading.reader.admit(room, ANA);
      }
      assertEquals(++tried, asked.get(), "at " + second + " s");
    }
  }

  private String contentInStore(MessageId id) {
    Change change = sound.store.at(id).orElseThrow().change();
    return assertInstanceOf(Change.Posted.class, change).content();
  }

  @Test
  void whatCouldNotBeProjectedForAMomentIsSeenSoonAfterwards() {
    long seq = sound.done(room, BEN, "", message("one")).event().getSeq();
    MessageId id = new MessageId(room, seq);
    LogNode failing = node(writer -> writer, refusing(Change.Edited.class, 2));
    Outcome edit = failing.submit(room, BEN, "", new Command.Edit(id, "two")).join();
    assertEquals(ErrorCode.UNAVAILABLE, refusal(edit));
    var unused = failing.reader.admit(room, ANA); // fails again
    failing.nanos.set(TimeUnit.SECONDS.toNanos(1));
    var unusedToo = failing.reader.admit(room, ANA);
    assertEquals("two", contentInStore(id));
  }

  @Test
  void whatIsNotEvenSkippedIsSeenSoonAfterwardsOnTheNodeThatOwesIt() {
    int edits = LaneState.MOST_SKIPPED + 2;
    LogNode failing = node(writer -> writer, refusing(Change.Edited.class, edits));
    MessageId id = new MessageId(room, failing.done(room, BEN, "", message("0")).event().getSeq());
    for (int i = 1; i <= edits; i++) {
      Command edit = new Command.Edit(id, Integer.toString(i));
      assertEquals(ErrorCode.UNAVAILABLE, refusal(failing.submit(room, BEN, "", edit).join()));
    }
    var unused = failing.reader.admit(room, ANA);
    assertEquals(Integer.toString(edits), contentInStore(id));
  }

  @Test
  void aRepeatOfWhatCouldNotBeProjectedIsNotSaidToHaveSucceeded() {
    long seq = sound.done(room, BEN, "", message("one")).event().getSeq();
    Command edit = new Command.Edit(new MessageId(room, seq), "two");
    LogNode failing = node(writer -> writer, refusing(Change.Edited.class, Integer.MAX_VALUE));
    assertEquals(ErrorCode.UNAVAILABLE, refusal(failing.submit(room, BEN, "id", edit).join()));
    assertEquals(ErrorCode.UNAVAILABLE, refusal(failing.submit(room, BEN, "id", edit).join()));
  }

  @Test
  void aRemovalThatCouldNotBeProjectedCanBeAskedForAgain() {
    LogNode failing = node(writer -> writer, refusing(Change.MemberRemoved.class, 1));
    Command removal = new Command.RemoveMember(ANA);
    assertEquals(
        ErrorCode.UNAVAILABLE, refusal(failing.submit(room, LogEntry.SYSTEM, "", removal).join()));
    failing.done(room, LogEntry.SYSTEM, "", removal);
    assertNoMember(failing, ANA);
  }

  /// It says nothing of the entry; all of a room's changes would be given up for it.
  @Test
  void forWantOfPermissionNothingIsSkipped() {
    LogNode failing =
        node(
            writer -> writer,
            refusing(
                Change.MemberRemoved.class,
                new AtomicInteger(),
                new MongoCommandException(
                    new BsonDocument("code", new BsonInt32(13)), new ServerAddress())));
    Outcome removal =
        failing.submit(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.UNAVAILABLE, refusal(removal));
    long head = failing.done(room, BEN, "", message("goes on")).event().getSeq();
    assertEquals(Set.of(), stored().skipped());
    assertTrue(stored().projectedSeq() < head - 1, "what is not projected does not count as such");
    assertNoMember(sound, ANA); // whoever may, makes it good
  }
}
