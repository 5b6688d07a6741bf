package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoSocketReadException;
import com.mongodb.ServerAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.UserId;
import parley.core.log.LogStore.Written;
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
      assertEquals("", node.history.messages(room, 0, 1, 0).getMessages(0).getContent());
    }
  }

  /// As after a kill between an entry and what it changes; nobody writes to the room any more.
  @Test
  void aReaderMakesGoodWhatADeadNodeLeftBehind() {
    MessageId id =
        MessageId.parse(sound.done(room, BEN, "", message("secret")).event().getMessage().getId());
    await().until(() -> sound.rooms.find(room).orElseThrow().projectedSeq() == id.seq());
    List<Change> left = List.of(new Change.MemberRemoved(ANA), new Change.Deleted(id));
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
    assertEquals("", other.history.messages(room, 0, 1, 0).getMessages(0).getContent());
  }

  @Test
  void aChangeThatTheStoreRefusesForGoodFailsItsRequestAndNobodyElses() {
    UnaryOperator<Projector> refusing =
        projector ->
            entry -> {
              if (entry.change() instanceof Change.MemberRemoved) {
                throw new IllegalStateException("not to be written");
              }
              projector.apply(entry);
            };
    LogNode failing = node(writer -> writer, refusing);
    Outcome removal =
        failing.submit(room, LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.INTERNAL, refusal(removal), "not what everybody sees");
    long head = failing.done(room, BEN, "", message("goes on")).event().getSeq();
    long projected = sound.rooms.find(room).orElseThrow().projectedSeq();
    assertTrue(projected < head - 1, "what is not projected does not count as projected");
    assertNoMember(sound, ANA); // whoever can, makes it good
  }
}
