package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.LogStore.Appended;
import parley.core.log.LogStore.Written;
import parley.proto.chat.Role;
import parley.proto.chat.RoomKind;
import parley.proto.errors.ErrorCode;

/// A direct room has its two members, whatever cut off its making.
@Timeout(60)
class DirectRoomsTest extends RoomLogFixture {

  private static final RoomId DIRECT = RoomId.direct(ANA, BEN);

  private static Outcome send(LogNode node, UserId from, @Nullable UserId to) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    node.log.submit(
        DIRECT,
        new Submission(
            from,
            RequestName.minted("r:" + UUID.randomUUID()),
            message("hello"),
            to,
            System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
            answer::complete));
    return answer.join();
  }

  /// The store does not say what came of the first, or the second, membership.
  @ParameterizedTest
  @ValueSource(strings = {"ana", "ben"})
  void whoIsSentAMessageIsLetInAlsoWhenTheMakingWasCutOff(String at) {
    AtomicInteger attempts = new AtomicInteger();
    LogNode node =
        node(
            writer ->
                entries ->
                    entries.getFirst().change() instanceof Change.MemberAdded added
                            && added.user().value().equals(at)
                            && attempts.getAndIncrement() == 0
                        ? new Appended(0, Written.UNKNOWN)
                        : writer.append(entries),
            projector -> projector);
    assertEquals(ErrorCode.UNAVAILABLE, refusal(send(node, ANA, BEN)));
    assertInstanceOf(Outcome.Appended.class, send(node, ANA, BEN), "the same again");
    assertInstanceOf(Outcome.Appended.class, send(node, BEN, null), "and the answer");
    assertEquals(0, node.parts.remembered().get() - 4, "what was given up holds no memory");
  }

  @Test
  void whatANodeLeftHalfMadeIsMadeByWhoeverServesItNext() {
    sound.rooms.create(DIRECT, RoomKind.DIRECT, "");
    LogEntry first =
        new LogEntry(
            DIRECT,
            1,
            sound.parts.keys().ofDirectMember(ANA),
            LogEntry.SYSTEM,
            System.currentTimeMillis(),
            0,
            0,
            new Change.MemberAdded(ANA, Role.MEMBER),
            LogEntry.State.FRESH);
    assertEquals(Written.ALL, sound.store.append(List.of(first)).rest());
    assertInstanceOf(Outcome.Appended.class, send(sound, ANA, null), "by the room's id");
    assertInstanceOf(Outcome.Appended.class, send(sound, BEN, null));
  }

  @Test
  void whoWasRemovedStaysOut() {
    assertInstanceOf(Outcome.Appended.class, send(sound, ANA, BEN));
    sound.done(DIRECT, LogEntry.SYSTEM, "", new Command.RemoveMember(BEN));
    LogNode next = node(writer -> writer, projector -> projector);
    assertInstanceOf(Outcome.Appended.class, send(next, ANA, BEN));
    assertEquals(ErrorCode.ACCESS_DENIED, refusal(send(next, BEN, ANA)));
  }
}
