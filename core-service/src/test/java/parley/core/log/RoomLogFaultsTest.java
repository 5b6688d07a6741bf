package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.core.store.ChatDatabase;
import parley.core.user.Users;
import parley.proto.chat.Message;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// The log while the store refuses, or takes its time, or is away.
@Timeout(60)
class RoomLogFaultsTest extends RoomLogFixture {

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
      answers.add(node.submit(room, ANA, "id-" + i, message(i % 10 == 7 ? "poison" : "m" + i)));
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
        node.history.messages(room, 0, 100, 0, node.history.head(room)).getMessagesList().stream()
            .map(Message::getContent)
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
    CompletableFuture<Outcome> answer = node.submit(room, ANA, "", message("slow"));
    held.await();
    long before = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > before + 20);
    Outcome.Appended quick = node.done(other, ANA, "", message("quick"));
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
  void aNameThatTheStoreDoesNotSayIsTheId() {
    ChatDatabase nowhere = ChatDatabase.open("mongodb://127.0.0.1:1", false);
    open.add(nowhere);
    RoomEvents.Names names =
        new RoomEvents(new Users(nowhere)).names(ANA, new Change.MemberAdded(BEN, Role.MEMBER));
    assertEquals("ana", names.sender().getUsername());
    assertEquals("ben", names.member().getUsername());
  }
}
