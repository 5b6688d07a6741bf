package parley.edge.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.edge.room.RoomCursor.Next;
import parley.edge.room.RoomCursor.Step;
import parley.proto.chat.RoomEvent;
import parley.proto.chat.Voided;
import parley.proto.relay.LogPage;

/// Where a room is, by what it hears.
@Timeout(30)
class RoomCursorTest {

  private final RoomCursor cursor = new RoomCursor();

  private static RoomEvent event(long seq) {
    return RoomEvent.newBuilder().setSeq(seq).build();
  }

  private static LogPage page(long head, long... seqs) {
    LogPage.Builder page = LogPage.newBuilder().setHead(head);
    for (long seq : seqs) {
      page.addEvents(event(seq));
    }
    return page.build();
  }

  private static List<Long> seqs(Step step) {
    return step.events().stream().map(RoomEvent::getSeq).toList();
  }

  private void beginAt(long head) {
    assertEquals(Next.FETCH, cursor.ask());
    assertEquals(0, cursor.limit());
    assertEquals(Next.NOTHING, cursor.fetched(page(head)).next());
    assertEquals(head, cursor.position());
  }

  @Test
  void theNextPositionIsDeliveredAndWhatWasDeliveredBeforeIsNot() {
    beginAt(4);
    assertEquals(List.of(5L), seqs(cursor.take(event(5))));
    assertEquals(List.of(), seqs(cursor.take(event(5))));
    assertEquals(List.of(), seqs(cursor.take(event(3))));
  }

  @Test
  void whatIsBeyondAHoleIsHeldAndFollowsWhatClosesIt() {
    beginAt(0);
    assertEquals(Next.WAIT, cursor.take(event(3)).next());
    assertEquals(Next.NOTHING, cursor.take(event(2)).next(), "it waits already");
    assertEquals(List.of(1L, 2L, 3L), seqs(cursor.take(event(1))));
    assertEquals(Next.NOTHING, cursor.due(), "the hole has closed by itself");
  }

  private static RoomEvent voids(long first, long last) {
    return RoomEvent.newBuilder()
        .setSeq(first)
        .setVoided(Voided.newBuilder().setUpTo(last))
        .build();
  }

  @Test
  void aVoidCanStandForSeveralPositionsFromTheBusBehindAHoleAndOnAPage() {
    beginAt(0);
    assertEquals(List.of(1L), seqs(cursor.take(voids(1, 3))));
    assertEquals(3, cursor.position());
    assertEquals(List.of(), seqs(cursor.take(event(2))), "it was told of");
    assertEquals(Next.WAIT, cursor.take(voids(5, 6)).next());
    assertEquals(List.of(4L, 5L), seqs(cursor.take(event(4))));
    assertEquals(6, cursor.position());
    assertEquals(Next.NOTHING, cursor.due());
    assertEquals(Next.FETCH, cursor.ask());
    LogPage page = LogPage.newBuilder().setHead(9).addEvents(voids(7, 9)).build();
    assertEquals(List.of(7L), seqs(cursor.fetched(page)));
    assertEquals(9, cursor.position());
  }

  @Test
  void aVoidThatBeginsBeforeThePositionEndsBehindIt() {
    beginAt(4);
    assertEquals(List.of(3L), seqs(cursor.take(voids(3, 6))));
    assertEquals(6, cursor.position());
  }

  @Test
  void aHoleThatLastsIsFetched() {
    beginAt(0);
    cursor.take(event(2));
    assertEquals(Next.FETCH, cursor.due());
    Step step = cursor.fetched(page(2, 1));
    assertEquals(List.of(1L, 2L), seqs(step));
    assertEquals(Next.NOTHING, step.next());
  }

  /// The bus loses 2, core tells of it, while a page that was read at 1 is on its way.
  @Test
  void aHeadToldDuringAFetchIsNotForgotten() {
    beginAt(1);
    assertEquals(Next.FETCH, cursor.ask());
    assertEquals(Next.NOTHING, cursor.told(2));
    assertEquals(Next.FETCH, cursor.fetched(page(1)).next());
    assertEquals(List.of(2L), seqs(cursor.fetched(page(2, 2))));
  }

  @Test
  void aDoubtDuringAFetchCausesAnother() {
    beginAt(1);
    assertEquals(Next.FETCH, cursor.ask());
    assertEquals(Next.NOTHING, cursor.ask());
    assertEquals(Next.FETCH, cursor.fetched(page(1)).next());
    assertEquals(Next.NOTHING, cursor.fetched(page(1)).next(), "and one is enough");
  }

  @Test
  void whatCoreDidNotAnswerIsAskedAgain() {
    beginAt(1);
    assertEquals(Next.FETCH, cursor.ask());
    assertEquals(Next.RETRY, cursor.fetched(null).next());
    assertFalse(cursor.behind(), "nothing is known to be missing");
    assertEquals(Next.FETCH, cursor.due());
    assertEquals(Next.NOTHING, cursor.fetched(page(1)).next());
    assertEquals(Next.NOTHING, cursor.due());
  }

  @Test
  void aHoleInTheLogItselfIsAskedForInAWhile() {
    beginAt(1);
    cursor.told(3);
    assertEquals(Next.FETCH, cursor.due());
    assertEquals(Next.RETRY, cursor.fetched(page(3)).next());
    assertEquals(Next.FETCH, cursor.due());
  }

  @Test
  void moreThanAPageIsFetchedAtOnce() {
    beginAt(0);
    cursor.told(4);
    cursor.due();
    assertEquals(Next.FETCH, cursor.fetched(page(4, 1, 2)).next());
    assertEquals(Next.NOTHING, cursor.fetched(page(4, 3, 4)).next());
    assertEquals(4, cursor.position());
  }

  @Test
  void whatRetentionTookIsJumpedOver() {
    beginAt(1);
    cursor.told(9);
    cursor.due();
    Step step = cursor.fetched(page(9, 7, 8, 9).toBuilder().setFloor(6).build());
    assertTrue(step.jumped());
    assertEquals(List.of(7L, 8L, 9L), seqs(step));
  }

  @Test
  void beforeThereIsAPositionTheBusIsWaitedForThenCoreIsAsked() {
    assertEquals(Next.WAIT, cursor.wanted());
    assertEquals(Next.NOTHING, cursor.wanted());
    cursor.take(event(8));
    assertEquals(Next.FETCH, cursor.due());
    Step step = cursor.fetched(page(7));
    assertEquals(List.of(8L), seqs(step), "what was heard meanwhile follows");
    assertEquals(8, cursor.position());
  }

  /// Whatever is lost, repeated and reordered, with pages that are late: each position once, in
  /// order, all of them as soon as core says where the room stands.
  @Test
  void eachPositionComesOnceInOrderWhateverHappens() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      RoomCursor one = new RoomCursor();
      List<Long> seen = new ArrayList<>();
      one.ask();
      one.fetched(page(0));
      long head = 0;
      Long readAt = null; // head when the page on its way was read
      for (int i = 0; i < 200; i++) {
        Next next = Next.NOTHING;
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            head++;
            if (random.nextInt(3) > 0) {
              Step step = one.take(event(head));
              seen.addAll(seqs(step));
              next = step.next();
            }
          }
          case 2 -> next = head == 0 ? Next.NOTHING : one.told(head);
          case 3 -> next = one.due();
          case 4 -> next = one.ask();
          default -> {
            if (readAt != null) {
              Step step = answer(one, random.nextInt(4) == 0 ? null : readAt);
              readAt = null;
              seen.addAll(seqs(step));
              next = step.next();
            }
          }
        }
        readAt = next == Next.FETCH ? Long.valueOf(head) : readAt;
      }
      settle(one, head, seen);
      List<Long> all = new ArrayList<>();
      for (long seq = 1; seq <= head; seq++) {
        all.add(seq);
      }
      assertEquals(all, seen, "seed " + seed);
    }
  }

  private static Step answer(RoomCursor one, Long readAt) {
    if (readAt == null) {
      return one.fetched(null);
    }
    LogPage.Builder page = LogPage.newBuilder().setHead(readAt);
    for (long seq = one.position() + 1; seq <= readAt && page.getEventsCount() < 5; seq++) {
      page.addEvents(event(seq));
    }
    return one.fetched(page.build());
  }

  private static void settle(RoomCursor one, long head, List<Long> seen) {
    one.told(head);
    for (int i = 0; i < 1_000 && (one.behind() || one.fetching()); i++) {
      if (one.fetching()) {
        seen.addAll(seqs(answer(one, head)));
      } else {
        one.due();
      }
    }
  }
}
