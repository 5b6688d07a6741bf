package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.client.model.Filters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.types.Binary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.core.receipt.ReadTelling;
import parley.core.receipt.Receipts;
import parley.core.room.StoredRoom;
import parley.proto.chat.Message;
import parley.proto.chat.Role;

/// What a user has not read, and what a list of rooms shows of a room.
@Timeout(60)
class UnreadTest extends RoomLogFixture {

  private static final UserId CLEO = new UserId("cleo");

  private Receipts receipts;

  @BeforeEach
  void count() {
    sound.cursors.start();
    open.add(sound.cursors);
    receipts = receipts(sound);
  }

  private static Receipts receipts(LogNode of) {
    return new Receipts(
        of.reader,
        of.rooms,
        of.store,
        of.log,
        of.cursors,
        (message, sender, reader) -> {},
        new ReadTelling(of.bus, false));
  }

  private long unread(UserId user) {
    return receipts.unreadOf(user, List.of(room)).getFirst().getCount();
  }

  private long marked(UserId user) {
    return receipts.mark(new Receipts.Mark(room, user, List.of(), 0, false, "", false)).getUnread();
  }

  private void delete(Outcome.Appended post) {
    MessageId id = MessageId.parse(post.event().getMessage().getId());
    sound.done(
        room,
        post.event().getSender().getId().equals("ana") ? ANA : BEN,
        "",
        new Command.Delete(id));
  }

  private Optional<String> shown() {
    return Optional.ofNullable(sound.reader.admit(room, ANA).room().lastMessage())
        .map(Message::getContent);
  }

  private Optional<Message> stored() {
    Binary bytes =
        node.database
            .rooms()
            .find(Filters.eq("_id", room.value()))
            .first()
            .get("lastMessage", Binary.class);
    return Optional.ofNullable(bytes)
        .map(
            b -> {
              try {
                return Message.parseFrom(b.getData());
              } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @Test
  void whatOneWroteOneselfIsNeverUnread() {
    for (int i = 0; i < 5; i++) {
      node.post(ANA, "", "m" + i);
    }
    node.post(BEN, "", "an answer");
    assertEquals(1, unread(ANA));
    assertEquals(0, unread(BEN), "who answers has read");
    LogNode other = node(writer -> writer, projector -> projector);
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    1, receipts(other).unreadOf(ANA, List.of(room)).getFirst().getCount()));
  }

  @Test
  void whatIsDeletedIsNotUnread() {
    Outcome.Appended first = node.post(ANA, "", "one");
    node.post(ANA, "", "two");
    Outcome.Appended third = node.post(ANA, "", "three");
    delete(first);
    assertEquals(2, unread(BEN));
    delete(third);
    assertEquals(1, unread(BEN));
    assertEquals(0, marked(BEN));
    assertEquals(0, unread(BEN));
    node.post(ANA, "", "four");
    assertEquals(1, unread(BEN));
    LogNode other = node(writer -> writer, projector -> projector);
    assertEquals(1, receipts(other).unreadOf(BEN, List.of(room)).getFirst().getCount());
  }

  @Test
  void whoComesInBeginsThereAndIsNoReaderOfWhatWasBefore() {
    Outcome.Appended before = node.post(ANA, "", "before");
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(CLEO, Role.MEMBER));
    assertEquals(0, unread(CLEO));
    Outcome.Appended after = node.post(ANA, "", "after");
    assertEquals(1, unread(CLEO));
    assertEquals(0, marked(CLEO));
    MessageId old = MessageId.parse(before.event().getMessage().getId());
    assertEquals(List.of("ana"), receipts.readers(old, null).getUserIdsList());
    MessageId read = MessageId.parse(after.event().getMessage().getId());
    assertEquals(List.of("ana", "cleo"), receipts.readers(read, null).getUserIdsList());
    // Another role is no coming.
    node.post(ANA, "", "unread");
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(CLEO, Role.MODERATOR));
    assertEquals(1, unread(CLEO));
  }

  @Test
  void whatWasSaidWhileOneWasNoMemberDoesNotWait() {
    node.post(ANA, "", "one");
    assertEquals(1, unread(BEN));
    sound.done(room, LogEntry.SYSTEM, "", new Command.RemoveMember(BEN));
    node.post(ANA, "", "two");
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(BEN, Role.MEMBER));
    assertEquals(0, unread(BEN));
    node.post(ANA, "", "three");
    assertEquals(1, unread(BEN));
  }

  @Test
  void aRoomShowsTheNewestMessageThatStandsAsItIs() {
    node.post(ANA, "", "first");
    Outcome.Appended second = node.post(ANA, "", "second");
    MessageId id = MessageId.parse(second.event().getMessage().getId());
    sound.done(room, ANA, "", new Command.Edit(id, "edited"));
    assertEquals(Optional.of("edited"), shown());
    delete(second);
    assertEquals(Optional.of("first"), shown());
    assertEquals(
        Optional.of("first"), stored().map(Message::getContent), "and nothing else is kept");
    LogNode other = node(writer -> writer, projector -> projector);
    other.done(room, BEN, "", message("third"));
    MessageId third = new MessageId(room, other.history.head(room));
    other.done(room, BEN, "", new Command.Delete(third));
    await().untilAsserted(() -> assertEquals(Optional.of("first"), shown()));
  }

  @Test
  void aRoomWhoseMessagesAreAllDeletedShowsNone() {
    Outcome.Appended only = node.post(ANA, "", "secret");
    delete(only);
    assertEquals(Optional.empty(), shown());
    assertEquals(Optional.empty(), stored());
    assertEquals(0, unread(BEN));
  }

  @Test
  void whatRetentionTookIsShownNoMore() {
    Outcome.Appended said = node.post(ANA, "", "old");
    sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(CLEO, Role.MEMBER));
    long head = node.history.head(room);
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    long now = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > now + 2);
    Retention retention =
        new Retention(node.store, node.rooms, node.log::forget, Duration.ofMillis(1));
    open.add(retention);
    retention.sweep();
    StoredRoom pruned = node.rooms.find(room).orElseThrow();
    assertEquals(said.event().getSeq(), pruned.floor());
    assertEquals(Optional.empty(), shown());
    sound.done(room, LogEntry.SYSTEM, "", new Command.RemoveMember(CLEO));
    await()
        .until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == node.history.head(room));
    assertEquals(Optional.empty(), stored());
  }
}
