package parley.edge.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Presences;

@Timeout(30)
class MissedTest {

  private static final long OVERLAP = 5_000_000;

  private final Missed missed = new Missed();

  private static Optional<Presences> page(int changes, long moreSince) {
    Presences.Builder page = Presences.newBuilder().setMoreSince(moreSince);
    for (int i = 0; i < changes; i++) {
      page.addUsers(PresenceChange.getDefaultInstance());
    }
    return Optional.of(page.build());
  }

  @Test
  void withoutAHoleNothingIsAsked() {
    assertNull(missed.from());
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedAgain() {
    missed.since(100_000_000);
    assertEquals(List.of(), missed.answered(Optional.empty()));
    assertEquals(100_000_000 - OVERLAP, missed.from());
  }

  @Test
  void whatIsNewerMeanwhileDoesNotMoveTheQuestion() {
    missed.since(100_000_000);
    missed.since(200_000_000);
    assertEquals(100_000_000 - OVERLAP, missed.from());
  }

  @Test
  void pageAfterPageIsAskedUntilOneIsTheLast() {
    missed.since(100_000_000);
    assertEquals(3, missed.answered(page(3, 110_000_000)).size());
    assertEquals(110_000_000L, missed.from());
    assertEquals(1, missed.answered(page(1, 0)).size());
    assertNull(missed.from());
  }

  @Test
  void anAnswerThatLeadsNowhereEndsTheQuestions() {
    missed.since(100_000_000);
    missed.answered(page(1, 1));
    assertNull(missed.from());
  }
}
