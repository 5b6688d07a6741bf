package parley.edge.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import parley.contract.RoomId;
import parley.edge.recovery.Trail.Run;

/// What one connection was sent, and which of it is sure to have arrived.
class TrailTest {

  private static final RoomId A = new RoomId("a");
  private static final RoomId B = new RoomId("b");

  private final Trail trail = new Trail();

  @Test
  void neighboursOfOneRoomAreOneRun() {
    trail.add(A, 3);
    trail.add(A, 4);
    trail.add(A, 9);
    assertEquals(List.of(new Run(A, 3, 9)), trail.runs());
    trail.add(B, 1);
    trail.add(A, 10);
    assertEquals(List.of(new Run(A, 3, 9), new Run(B, 1, 1), new Run(A, 10, 10)), trail.runs());
  }

  @Test
  void aMarkIsARunOfItsOwn() {
    trail.add(A, 3);
    trail.mark(A, 3, 77);
    trail.add(A, 4);
    assertEquals(List.of(new Run(A, 3, 3), new Run(A, 4, 3, 77), new Run(A, 4, 4)), trail.runs());
  }

  @Test
  void anAnswerForgetsWhatWasSentBeforeThePingAndNothingElse() {
    trail.add(A, 3);
    trail.add(B, 1);
    trail.add(B, 2);
    trail.pinged();
    trail.add(B, 3);
    trail.add(A, 4);
    trail.ponged();
    assertEquals(List.of(new Run(B, 3, 3), new Run(A, 4, 4)), trail.runs());
    trail.ponged();
    assertEquals(2, trail.runs().size(), "an answer without a ping proves nothing");
    trail.pinged();
    trail.ponged();
    assertEquals(List.of(), trail.runs());
    trail.add(A, 5);
    assertEquals(List.of(new Run(A, 5, 5)), trail.runs());
  }

  @Test
  void whatIsTooOldForTheBoundMayNotHaveArrivedUntilAnAnswer() {
    for (int i = 1; i <= 300; i++) {
      trail.add(A, i);
      trail.add(B, i);
    }
    assertFalse(trail.whole());
    trail.pinged();
    trail.ponged();
    assertTrue(trail.whole());
  }

  /// Whatever is sent, pinged and answered: what the trail has are the events since the last ping
  /// that was answered, in their order.
  @Test
  void itHasWhatNoAnswerProved() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Trail tried = new Trail();
      List<String> sent = new ArrayList<>();
      int pinged = -1;
      long seq = 0;
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(8)) {
          case 0 -> {
            tried.pinged();
            pinged = sent.size();
          }
          case 1 -> {
            tried.ponged();
            if (pinged >= 0) {
              sent = new ArrayList<>(sent.subList(pinged, sent.size()));
            }
            pinged = -1;
          }
          default -> {
            RoomId room = random.nextBoolean() ? A : B;
            tried.add(room, ++seq);
            sent.add(room + "" + seq);
          }
        }
        Set<String> known = Set.copyOf(sent);
        List<String> told = new ArrayList<>();
        for (Run run : tried.runs()) {
          for (long at = run.first(); at <= run.last(); at++) {
            told.add(run.room() + "" + at);
          }
        }
        // A run also covers positions between two of its events that were sent to the other room.
        assertEquals(
            sent, told.stream().filter(known::contains).collect(Collectors.toList()), "" + seed);
        assertEquals(sent.isEmpty(), told.isEmpty(), "" + seed);
      }
    }
  }
}
