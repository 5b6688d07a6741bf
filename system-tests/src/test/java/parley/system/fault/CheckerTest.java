package parley.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.system.fault.History.Entered;
import parley.system.fault.History.Heard;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Read;
import parley.system.fault.History.Request;
import parley.system.fault.History.Seen;
import parley.system.fault.History.Shown;

/// The checker finds nothing in a good history, and each kind of broken promise in a bad one.
@Timeout(60)
class CheckerTest {

  private static void finds(String words, Consumer<Draft> spoil) {
    Draft draft = new Draft();
    spoil.accept(draft);
    List<String> broken = Checker.check(draft.history());
    assertTrue(
        broken.stream().anyMatch(sentence -> sentence.contains(words)),
        () -> words + " is not in " + broken);
  }

  @Test
  void findsNothingInAGoodHistory() {
    assertEquals(List.of(), Checker.check(new Draft().history()));
  }

  @Test
  void findsWhatIsWrongWithALog() {
    finds("a hole before 4", draft -> draft.log.remove(2));
    finds(
        "is there twice",
        draft -> draft.log.set(6, Draft.message(7, "c:ana:k0", "last", false, List.of())));
    finds(
        "time goes back",
        draft -> draft.log.set(6, Draft.message(7, 1, "c:ana:k4", "last", Draft.NONE)));
  }

  @Test
  void findsProjectionsThatAreNotTheFold() {
    finds(
        "its last edit is not shown",
        draft -> draft.log.set(1, Draft.message(2, "c:ana:k0", "hello", false, List.of("+ ben"))));
    finds(
        "its deletion is not shown",
        draft -> draft.log.set(4, Draft.message(5, "c:ana:k2", "gone", false, List.of())));
    finds(
        "its content is there",
        draft -> draft.log.set(4, Draft.message(5, "c:ana:k2", "gone", true, List.of())));
    finds(
        "the log says [+ ben]",
        draft -> draft.log.set(1, Draft.message(2, "c:ana:k0", "hello again", false, List.of())));
    finds("the log says []", draft -> draft.log.set(3, Draft.reaction(4, "c:ben:k0", true)));
  }

  @Test
  void findsWhatWasAcknowledgedAndIsNotSo() {
    finds(
        "it is not in the log",
        draft ->
            draft.requests.add(
                new Request("ana", "r", Kind.SEND, "k9", "", "lost", 12, "r~12", false)));
    finds(
        "at another position",
        draft ->
            draft.requests.set(
                5, new Request("ana", "r", Kind.SEND, "k4", "", "last", 6, "r~7", false)));
    finds(
        "with another id",
        draft ->
            draft.requests.set(
                5, new Request("ana", "r", Kind.SEND, "k4", "", "last", 7, "r~6", false)));
    finds(
        "its content is another's",
        draft ->
            draft.requests.set(
                5, new Request("ana", "r", Kind.SEND, "k4", "", "other", 7, "r~7", false)));
    finds(
        "refused, and it is in the log",
        draft ->
            draft.requests.set(
                5, new Request("ana", "r", Kind.SEND, "k4", "", "last", 0, "", true)));
  }

  @Test
  void findsWhatIsWrongWithAView() {
    finds("never saw 7", draft -> draft.seen.remove(5));
    finds("never saw 4", draft -> draft.seen.remove(2));
    finds("saw 5 after 6", draft -> draft.seen.add(3, draft.seen.remove(4)));
    finds("saw 7 twice", draft -> draft.seen.add(draft.seen.get(5)));
    finds(
        "which is not in the log",
        draft -> draft.seen.add(new Seen(12, "message-received", "r~12", "ghost", false)));
    finds(
        "of another message",
        draft -> draft.seen.set(5, new Seen(7, "message-received", "r~9", "last", false)));
    finds(
        "is message-received",
        draft -> draft.seen.set(5, new Seen(7, "message-edited", "r~7", "last", false)));
  }

  @Test
  void findsWhatAReaderShouldHaveSeen() {
    finds(
        "did not see 7, acknowledged before",
        draft -> draft.reads.add(new Read("ben", "r", 7, "r~7", 2, null)));
    finds(
        "did not see 7, acknowledged before",
        draft -> draft.reads.add(new Read("ben", "r", 7, "r~7", 0, null)));
    finds(
        "saw r~2 as it was before 3",
        draft -> draft.reads.add(new Read("ben", "r", 3, "r~2", 2, new Shown(false, "hello"))));
    finds(
        "saw r~5 as it was before 6",
        draft -> draft.reads.add(new Read("ben", "r", 6, "r~5", 2, new Shown(false, "gone"))));
  }

  @Test
  void findsWhatOneHeardWhoWasRemoved() {
    finds(
        "heard 10, removed at 9",
        draft -> draft.heard.add(new Heard(10, "message-received", 20 * Draft.SECOND)));
    finds(
        "heard user-typing long after the removal",
        draft -> draft.heard.add(new Heard(0, "user-typing", 20 * Draft.SECOND)));
    finds(
        "was let in after the removal at 9",
        draft -> draft.entered.add(new Entered(20 * Draft.SECOND, 21 * Draft.SECOND)));
  }

  @Test
  void whatIsSeenInTheNextStayIsNoDisclosure() {
    Draft draft = new Draft();
    draft.heard.add(new Heard(0, "user-typing", 40 * Draft.SECOND));
    draft.entered.add(new Entered(40 * Draft.SECOND, 41 * Draft.SECOND));
    assertEquals(List.of(), Checker.check(draft.history()));
  }

  /// Its entry stands, but nobody was told that it succeeded; the next one does.
  @Test
  void aRemovalThatHadToBeRepeatedIsOne() {
    Draft draft = new Draft();
    draft.log.set(9, Draft.membership(10, "member-removed"));
    draft.seen.set(8, new Seen(10, "member-removed", "", "", false));
    draft.heard.removeLast();
    draft.heard.add(new Heard(10, "member-removed", Draft.SECOND));
    assertEquals(List.of(), Checker.check(draft.history()));
  }

  @Test
  void aRepeatIsForgivenWhereAnEdgeHadNoChanceButOnlyTheSameEvent() {
    Draft draft = new Draft();
    draft.seen.add(new Seen(7, "message-received", "r~7", "last", true));
    assertEquals(List.of(), Checker.check(draft.history()));
    finds(
        "another id",
        spoilt -> spoilt.seen.add(new Seen(7, "message-received", "r~6", "last", true)));
  }
}
