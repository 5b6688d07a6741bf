package parley.system.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Heard;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Read;
import parley.system.fault.History.Request;
import parley.system.fault.History.Seen;
import parley.system.fault.History.Shown;
import parley.system.fault.History.View;
import parley.system.fault.History.Visit;

/// The checker finds nothing in a good history, and each kind of broken promise in a bad one.
@Timeout(60)
class CheckerTest {

  private static final long SECOND = 1_000_000_000;

  /// A history that can be spoilt.
  private static final class Draft {
    final List<Entry> log = new ArrayList<>();
    final List<Request> requests = new ArrayList<>();
    final List<Seen> seen = new ArrayList<>();
    final List<Read> reads = new ArrayList<>();
    final List<Heard> heard = new ArrayList<>();
    final List<Long> entered = new ArrayList<>();

    Draft() {
      log.add(entry(1, "member-added", "system", "s:1", "", ""));
      log.add(message(2, "c:ana:k0", "hello again", false, List.of("+ ben")));
      log.add(entry(3, "edit", "ana", "c:ana:k1", "r~2", "hello again"));
      log.add(reaction(4, "c:ben:k0", false));
      log.add(message(5, "c:ana:k2", "", true, List.of()));
      log.add(entry(6, "delete", "ana", "c:ana:k3", "r~5", ""));
      log.add(message(7, "c:ana:k4", "last", false, List.of()));
      requests.add(new Request("ana", "r", Kind.SEND, "k0", "", "hello", 2, "r~2", false));
      requests.add(new Request("ana", "r", Kind.EDIT, "k1", "r~2", "hello again", 3, "", false));
      requests.add(new Request("ben", "r", Kind.REACT, "k0", "r~2", "+", 4, "", false));
      requests.add(new Request("ana", "r", Kind.SEND, "k2", "", "gone", 5, "r~5", false));
      requests.add(new Request("ana", "r", Kind.DELETE, "k3", "r~5", "", 6, "", false));
      requests.add(new Request("ana", "r", Kind.SEND, "k4", "", "last", 7, "r~7", false));
      requests.add(new Request("ana", "r", Kind.SEND, "k5", "", "unknown", 0, "", false));
      requests.add(new Request("ana", "r", Kind.EDIT, "k6", "r~5", "late", 0, "", true));
      log.add(membership(8, "member-added"));
      log.add(membership(9, "member-removed"));
      log.add(message(10, "c:ana:k7", "behind", false, List.of()));
      log.add(membership(11, "member-added"));
      reads.add(new Read("ben", "r", 2, "r~2", 2, new Shown(false, "hello")));
      reads.add(new Read("ben", "r", 2, "r~2", 2, new Shown(false, "hello again")));
      reads.add(new Read("ben", "r", 3, "r~2", 2, new Shown(false, "hello again")));
      reads.add(new Read("ben", "r", 6, "r~5", 2, new Shown(true, "")));
      reads.add(new Read("ben", "r", 2, "r~2", 5, null));
      heard.add(new Heard(8, "member-added", 1_100));
      heard.add(new Heard(9, "member-removed", SECOND));
      heard.add(new Heard(0, "user-typing", 3 * SECOND)); // under way
      heard.add(new Heard(10, "message-received", 31 * SECOND)); // missed, and told later
      entered.addAll(List.of(1_050L, 31 * SECOND));
      seen.add(new Seen(2, "message-received", "r~2", "hello", false));
      seen.add(new Seen(3, "message-edited", "r~2", "hello again", false));
      seen.add(new Seen(4, "message-reaction", "r~2", "", false));
      seen.add(new Seen(5, "message-received", "r~5", "gone", false));
      seen.add(new Seen(6, "message-deleted", "r~5", "", false));
      seen.add(new Seen(7, "message-received", "r~7", "last", false));
      seen.add(new Seen(8, "member-added", "", "", false));
      seen.add(new Seen(9, "member-removed", "", "", false));
      seen.add(new Seen(10, "message-received", "r~10", "behind", false));
      seen.add(new Seen(11, "member-added", "", "", false));
    }

    History history() {
      return new History(
          Map.of("r", log),
          requests,
          List.of(new View("ben", "r", 1, seen)),
          reads,
          List.of(
              new Visit(
                  "eve", "r", List.of(1_000L, 30 * SECOND), List.of(2 * SECOND), heard, entered)));
    }
  }

  private static Entry entry(
      long seq, String type, String sender, String dedupe, String target, String content) {
    return new Entry(
        seq,
        "r~" + seq,
        type,
        sender,
        dedupe,
        seq,
        target,
        content,
        "",
        false,
        false,
        "",
        List.of());
  }

  /// Of eve's.
  private static Entry membership(long seq, String type) {
    return new Entry(
        seq,
        "r~" + seq,
        type,
        "system",
        "s:" + seq,
        seq,
        "",
        "",
        "",
        false,
        false,
        "eve",
        List.of());
  }

  private static Entry message(
      long seq, String dedupe, String content, boolean deleted, List<String> reactions) {
    return new Entry(
        seq,
        "r~" + seq,
        "message",
        "ana",
        dedupe,
        seq,
        "",
        content,
        "",
        false,
        deleted,
        "",
        reactions);
  }

  private static Entry reaction(long seq, String dedupe, boolean removed) {
    return new Entry(
        seq,
        "r~" + seq,
        "reaction",
        "ben",
        dedupe,
        seq,
        "r~2",
        "",
        "+",
        removed,
        false,
        "",
        List.of());
  }

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
        draft -> draft.log.set(6, message(7, "c:ana:k0", "last", false, List.of())));
    finds(
        "time goes back",
        draft ->
            draft.log.set(
                6,
                new Entry(
                    7,
                    "r~7",
                    "message",
                    "ana",
                    "c:ana:k4",
                    1,
                    "",
                    "last",
                    "",
                    false,
                    false,
                    "",
                    List.of())));
  }

  @Test
  void findsProjectionsThatAreNotTheFold() {
    finds(
        "its last edit is not shown",
        draft -> draft.log.set(1, message(2, "c:ana:k0", "hello", false, List.of("+ ben"))));
    finds(
        "its deletion is not shown",
        draft -> draft.log.set(4, message(5, "c:ana:k2", "gone", false, List.of())));
    finds(
        "its content is there",
        draft -> draft.log.set(4, message(5, "c:ana:k2", "gone", true, List.of())));
    finds(
        "the log says [+ ben]",
        draft -> draft.log.set(1, message(2, "c:ana:k0", "hello again", false, List.of())));
    finds("the log says []", draft -> draft.log.set(3, reaction(4, "c:ben:k0", true)));
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
        draft -> draft.heard.add(new Heard(10, "message-received", 20 * SECOND)));
    finds(
        "heard user-typing long after the removal",
        draft -> draft.heard.add(new Heard(0, "user-typing", 20 * SECOND)));
    finds("was let in after the removal at 9", draft -> draft.entered.add(20 * SECOND));
  }

  @Test
  void whatIsSeenInTheNextStayIsNoDisclosure() {
    Draft draft = new Draft();
    draft.heard.add(new Heard(0, "user-typing", 40 * SECOND));
    draft.entered.add(40 * SECOND);
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
