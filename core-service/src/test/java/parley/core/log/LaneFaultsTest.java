package parley.core.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.errors.ErrorCode;

/// A room's lane after a fault of ours.
@Timeout(60)
class LaneFaultsTest extends RoomLogFixture {

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
        message(content),
        null,
        System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
        answer::complete);
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
    assertEquals(3, lane.progress(0).projectedSeq());
  }

  @Test
  void whoCannotBeAnsweredAnyMoreIsNobodyElsesTrouble() {
    for (int i = 0; i < 3; i++) {
      sound.log.submit(
          room,
          new Submission(
              ANA,
              RequestName.minted("r:" + UUID.randomUUID()),
              message("m" + i),
              null,
              System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
              outcome -> {
                throw new IllegalStateException("the stream is over");
              }));
    }
    assertEquals(6, sound.done(room, BEN, "", message("goes on")).event().getSeq());
  }
}
