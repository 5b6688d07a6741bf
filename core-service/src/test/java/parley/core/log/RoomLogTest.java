package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.proto.chat.Role;
import parley.proto.errors.ErrorCode;

/// Positions, two nodes, who may write, and what a dead node leaves.
@Timeout(60)
class RoomLogTest extends RoomLogFixture {

  @Test
  void positionsAreDenseAndAFreshNodeGoesOnAfterThem() {
    for (int i = 0; i < 10; i++) {
      assertEquals(i + 3, node.post(ANA, "", "m" + i).event().getSeq());
    }
    assertEquals(13, new Node().post(BEN, "", "other node").event().getSeq());
    assertEquals(14, node.post(ANA, "", "first node again").event().getSeq());
  }

  @Test
  void twoNodesAppendingToOneRoomMakeOneDenseLogWithEverythingOnce() {
    Node other = new Node();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(node.submit(ANA, "a" + i, message("a" + i)));
      answers.add(other.submit(BEN, "b" + i, message("b" + i)));
    }
    Set<Long> positions = new HashSet<>();
    for (CompletableFuture<Outcome> answer : answers) {
      Outcome.Appended appended = assertInstanceOf(Outcome.Appended.class, answer.join());
      assertTrue(positions.add(appended.event().getSeq()), "two at " + appended.event().getSeq());
    }
    List<LogEntry> log = node.store.read(room, 0, Long.MAX_VALUE, 10_000);
    List<String> ana = new ArrayList<>();
    List<String> ben = new ArrayList<>();
    long ordinal = 0;
    long at = 0;
    for (int i = 0; i < log.size(); i++) {
      LogEntry entry = log.get(i);
      assertEquals(i + 1, entry.seq());
      assertTrue(entry.atMs() >= at, "commit time never decreases");
      at = entry.atMs();
      if (entry.change() instanceof Change.Posted posted) {
        assertEquals(++ordinal, entry.ordinal());
        (entry.sender().equals(ANA) ? ana : ben).add(posted.content());
      }
    }
    assertEquals(602, log.size());
    assertEquals(Collections.nCopies(300, "a"), ana.stream().map(s -> s.substring(0, 1)).toList());
    for (int i = 0; i < 300; i++) {
      assertEquals("a" + i, ana.get(i), "a sender's order is kept");
      assertEquals("b" + i, ben.get(i), "a sender's order is kept");
    }
  }

  /// The other one serves the room, and is never idle. What is written after a pause must have been
  /// read after it.
  @Test
  void aNodeThatSharesABusyRoomHasItsTurn() {
    Node busy = new Node();
    AtomicInteger tries = new AtomicInteger();
    LogNode rare =
        node(
            writer ->
                entries -> {
                  if (tries.getAndIncrement() < 3) { // it comes too late, so that it pauses
                    busy.post(ANA, "", "between");
                  }
                  return writer.append(entries);
                },
            projector -> projector);
    AtomicBoolean stop = new AtomicBoolean();
    Thread writing =
        Thread.startVirtualThread(
            () -> {
              while (!stop.get()) {
                busy.post(ANA, "", "again");
              }
            });
    try {
      CompletableFuture<Outcome> answer = rare.submit(room, BEN, "", message("once"));
      assertInstanceOf(
          Outcome.Appended.class, answer.orTimeout(15, TimeUnit.SECONDS).join(), "starved");
    } finally {
      stop.set(true);
    }
    assertDoesNotThrow(() -> writing.join());
  }

  @Test
  void aHoleThatLastsIsClosedWithAVoidEntry() {
    node.post(ANA, "", "one");
    long head = node.history.head(room);
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == head);
    LogEntry beyond =
        new LogEntry(
            room,
            head + 2,
            "r:beyond",
            ANA,
            System.currentTimeMillis(),
            2,
            2,
            new Change.Posted("text", "beyond", List.of(), ""),
            LogEntry.State.FRESH);
    node.store.append(List.of(beyond));
    Node next = new Node();
    assertEquals(head + 3, next.post(BEN, "", "after").event().getSeq());
    assertInstanceOf(
        Change.Voided.class, node.store.at(new MessageId(room, head + 1)).orElseThrow().change());
  }

  @Test
  void aNodeThatDiedBetweenAnEntryAndItsProjectionIsMadeGood() {
    MessageId id = MessageId.parse(node.post(ANA, "", "one").event().getMessage().getId());
    await().until(() -> node.rooms.find(room).orElseThrow().projectedSeq() == id.seq());
    // What a node leaves that is killed right after the commit of an edit and of a removal.
    LogEntry edit =
        new LogEntry(
            room,
            id.seq() + 1,
            "r:dead-1",
            ANA,
            System.currentTimeMillis(),
            1,
            1,
            new Change.Edited(id, "two"),
            LogEntry.State.FRESH);
    LogEntry removal =
        new LogEntry(
            room,
            id.seq() + 2,
            "r:dead-2",
            LogEntry.SYSTEM,
            System.currentTimeMillis(),
            1,
            1,
            new Change.MemberRemoved(ANA),
            LogEntry.State.FRESH);
    assertEquals(LogStore.Written.ALL, node.store.append(List.of(edit, removal)).rest());
    Node next = new Node();
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(next.submit(ANA, "", message("x")).join()));
    assertEquals("two", next.messages().getLast().getContent());
  }

  @Test
  void onlyMembersMayPostAndARemovedOneMayNotAnyMore() {
    UserId eve = new UserId("eve");
    assertEquals(
        ErrorCode.ACCESS_DENIED, refusal(node.submit(eve, "", message("let me in")).join()));
    node.post(ANA, "before", "hello");
    // Another node removes her: this one finds out when its next write collides.
    new Node().submit(LogEntry.SYSTEM, "", new Command.RemoveMember(ANA)).join();
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(node.submit(ANA, "", message("again")).join()));
    assertTrue(node.post(ANA, "before", "hello").duplicate(), "a repeat gets its first result");
  }

  @Test
  void nobodyIsTurnedAwayForWhatAnotherNodeHasChangedSince() {
    UserId eve = new UserId("eve");
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(node.submit(eve, "", message("x")).join()));
    Node other = new Node();
    other.submit(LogEntry.SYSTEM, "", new Command.AddMember(eve, Role.MEMBER)).join();
    node.post(eve, "", "I am a member");
    other.submit(LogEntry.SYSTEM, "", new Command.RemoveMember(eve)).join();
    other.submit(LogEntry.SYSTEM, "", new Command.AddMember(eve, Role.MEMBER)).join();
    node.submit(LogEntry.SYSTEM, "", new Command.RemoveMember(eve)).join();
    assertEquals(
        Role.ROLE_UNSPECIFIED, node.rooms.memberships().of(room, eve).orElseThrow().role());
  }

  @Test
  void anExpiredCommandIsDroppedUnwritten() {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    node.log.submit(
        room,
        new Submission(
            ANA,
            RequestName.minted("r:late"),
            message("late"),
            null,
            System.nanoTime() - 1,
            answer::complete));
    assertEquals(ErrorCode.DEADLINE_EXCEEDED, refusal(answer.join()));
    assertEquals(0, node.messages().size());
  }
}
