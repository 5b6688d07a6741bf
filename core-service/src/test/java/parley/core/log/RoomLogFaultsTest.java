package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoSocketReadException;
import com.mongodb.ServerAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.core.store.ChatDatabase;
import parley.core.user.Users;
import parley.embedded.mongo.EmbeddedMongo;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// The log while the store fails, refuses, or takes its time.
@Timeout(60)
class RoomLogFaultsTest {

  private static final UserId ANA = new UserId("ana");
  private static final UserId BEN = new UserId("ben");

  @TempDir Path folder;
  private EmbeddedMongo mongo;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final RoomId room = new RoomId("room-" + UUID.randomUUID());
  private LogNode sound;

  @BeforeEach
  void start() throws Exception {
    mongo = EmbeddedMongo.start(folder, 0, false);
    sound = node(writer -> writer, projector -> projector);
    sound.database.createIndexes();
    sound.rooms.create(room, RoomKind.GROUP, "Room");
    for (UserId user : List.of(ANA, BEN)) {
      sound.done(room, LogEntry.SYSTEM, "", new Command.AddMember(user, Role.MEMBER));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    mongo.close();
  }

  private LogNode node(UnaryOperator<EntryWriter> writer, UnaryOperator<Projector> projector) {
    LogNode node = new LogNode(mongo.uri(), writer, projector);
    open.add(node);
    return node;
  }

  private static Command post(String content) {
    return new Command.Post(new Change.Posted("text", content, List.of(), ""));
  }

  private static ErrorCode refusal(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).error().getCode();
  }

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
    Outcome.Appended message = failing.done(room, ANA, "", post("secret"));
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
        MessageId.parse(sound.done(room, BEN, "", post("secret")).event().getMessage().getId());
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
    long head = failing.done(room, BEN, "", post("goes on")).event().getSeq();
    long projected = sound.rooms.find(room).orElseThrow().projectedSeq();
    assertTrue(projected < head - 1, "what is not projected does not count as projected");
    assertNoMember(sound, ANA); // whoever can, makes it good
  }

  @Test
  void anEntryThatTheStoreRefusesFailsItsRequestAndNobodyElses() {
    UnaryOperator<EntryWriter> refusing =
        writer ->
            entries -> {
              for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).change() instanceof Change.Posted posted
                    && posted.content().equals("poison")) {
                  return i == 0
                      ? new Appended(0, Written.REFUSED)
                      : new Appended(
                          writer.append(entries.subList(0, i)).durable(), Written.REFUSED);
                }
              }
              return writer.append(entries);
            };
    LogNode node = node(refusing, projector -> projector);
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(node.submit(room, ANA, "id-" + i, post(i % 10 == 7 ? "poison" : "m" + i)));
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (i % 10 == 7) {
        assertEquals(ErrorCode.INTERNAL, refusal(answers.get(i).join()));
      } else {
        Outcome.Appended one = assertInstanceOf(Outcome.Appended.class, answers.get(i).join());
        assertFalse(one.duplicate());
        expected.add("m" + i);
      }
    }
    List<String> stored =
        node.history.messages(room, 0, 100, 0).getMessagesList().stream()
            .map(parley.proto.chat.Message::getContent)
            .toList();
    assertEquals(expected, stored, "each once, in the sender's order");
  }

  @Test
  void theToldClockWaitsForAnInsertThatTakesItsTimeInWhateverRoom() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    UnaryOperator<EntryWriter> slow =
        writer ->
            entries -> {
              if (entries.getFirst().change() instanceof Change.Posted posted
                  && posted.content().equals("slow")) {
                held.countDown();
                try {
                  letGo.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
              return writer.append(entries);
            };
    LogNode node = node(slow, projector -> projector);
    RoomId other = new RoomId("other-" + UUID.randomUUID());
    node.rooms.create(other, RoomKind.OPEN, "other");
    CompletableFuture<Outcome> answer = node.submit(room, ANA, "", post("slow"));
    held.await();
    long before = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > before + 20);
    Outcome.Appended quick = node.done(other, ANA, "", post("quick"));
    assertTrue(quick.event().getCommitTimeMs() > before);
    long told = node.log.toldClock();
    long head = node.log.takeRecentHeads().getOrDefault(room, 0L);
    letGo.countDown();
    Outcome.Appended appended = assertInstanceOf(Outcome.Appended.class, answer.join());
    assertTrue(
        told <= appended.event().getCommitTimeMs(),
        "told " + told + " and committed " + appended.event().getCommitTimeMs() + " later");
    assertTrue(head < appended.event().getSeq(), "it was not told before");
    await().until(() -> node.log.toldClock() > before + 20);
    assertEquals(
        appended.event().getSeq(),
        node.log.takeRecentHeads().get(room),
        "the head came before the clock");
  }

  @Test
  void anErrorLeavesNobodyWaitingAndTheLaneFree() {
    AtomicInteger writes = new AtomicInteger();
    UnaryOperator<Projector> failingOnce =
        projector ->
            entry -> {
              if (entry.change() instanceof Change.Posted && writes.getAndIncrement() == 0) {
                throw new OutOfMemoryErrorInATest();
              }
              projector.apply(entry);
            };
    LogNode node = node(writer -> writer, failingOnce);
    RoomLane lane = lane(node.parts);
    CompletableFuture<Outcome> first = new CompletableFuture<>();
    assertEquals(LaneQueue.Admission.TAKEN, lane.submit(submission("one", first)));
    assertEquals(ErrorCode.INTERNAL, refusal(first.join()));
    await()
        .untilAsserted(
            () -> { // until it has let go, it may refuse what comes
              CompletableFuture<Outcome> second = new CompletableFuture<>();
              lane.submit(submission("two", second));
              assertInstanceOf(Outcome.Appended.class, second.join());
            });
  }

  @Test
  void aLaneThatFailedFindsOutByItselfWhatBecameOfItsEntries() {
    LaneParts sane = sound.parts;
    AtomicInteger published = new AtomicInteger();
    BusPublisher failingOnce =
        new BusPublisher() {
          @Override
          public boolean publish(Topic topic, byte[] payload) {
            if (published.getAndIncrement() == 0) {
              throw new IllegalStateException("a fault of ours");
            }
            return true;
          }

          @Override
          public boolean connected() {
            return true;
          }

          @Override
          public long dropped() {
            return 0;
          }

          @Override
          public void close() {}
        };
    LaneParts parts =
        new LaneParts(
            sane.store(),
            sane.committer(),
            sane.projector(),
            sane.rooms(),
            sane.users(),
            sane.events(),
            sane.keys(),
            new CommittedHeads(System::currentTimeMillis),
            failingOnce,
            new AtomicInteger());
    CompletableFuture<Outcome> first = new CompletableFuture<>();
    RoomLane lane = lane(parts);
    lane.submit(submission("one", first));
    assertEquals(ErrorCode.INTERNAL, refusal(first.join()));
    await().until(() -> !parts.heads().isOnTheWay(room)); // and nobody writes to the room
    assertEquals(3, parts.heads().take().get(room));
    assertEquals(3, lane.progress().projectedSeq());
  }

  private RoomLane lane(LaneParts parts) {
    return new RoomLane(
        room,
        parts,
        work -> {
          var unused = Thread.ofVirtual().uncaughtExceptionHandler((t, e) -> {}).start(work);
        });
  }

  private static final class OutOfMemoryErrorInATest extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static Submission submission(String content, CompletableFuture<Outcome> answer) {
    return new Submission(
        ANA,
        RequestName.minted("r:" + UUID.randomUUID()),
        post(content),
        null,
        System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
        answer::complete);
  }

  @Test
  void whoCannotBeAnsweredAnyMoreIsNobodyElsesTrouble() {
    for (int i = 0; i < 3; i++) {
      sound.log.submit(
          room,
          new Submission(
              ANA,
              RequestName.minted("r:" + UUID.randomUUID()),
              post("m" + i),
              null,
              System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
              outcome -> {
                throw new IllegalStateException("the stream is over");
              }));
    }
    assertEquals(6, sound.done(room, BEN, "", post("goes on")).event().getSeq());
  }

  @Test
  void aNameThatTheStoreDoesNotSayIsTheId() {
    ChatDatabase nowhere = ChatDatabase.open("mongodb://127.0.0.1:1", false);
    open.add(nowhere);
    RoomEvents.Names names =
        new RoomEvents(new Users(nowhere)).names(ANA, new Change.MemberAdded(BEN, Role.MEMBER));
    assertEquals("ana", names.sender().getUsername());
    assertEquals("ben", names.member().getUsername());
  }
}
