package parley.system.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.system.fault.History.Body;
import parley.system.fault.History.Entered;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Heard;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Read;
import parley.system.fault.History.Request;
import parley.system.fault.History.Seen;
import parley.system.fault.History.Shown;
import parley.system.fault.History.State;
import parley.system.fault.History.View;
import parley.system.fault.History.Visit;

/// A good history that can be spoilt: Ana and Ben chat, Eve is removed.
final class Draft {

  static final long SECOND = 1_000_000_000;
  static final State NONE = new State(false, List.of());

  final List<Entry> log = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();
  final List<Seen> seen = new ArrayList<>();
  final List<Read> reads = new ArrayList<>();
  final List<Heard> heard = new ArrayList<>();
  final List<Entered> entered = new ArrayList<>();

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
    entered.add(new Entered(1_050, 1_060));
    entered.add(new Entered(29 * SECOND, 31 * SECOND)); // let in by the next addition
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
                "eve", "r", List.of(1_000L, 30 * SECOND), List.of(2 * SECOND), heard, entered)),
        request -> "c:" + request.user() + ":" + request.key());
  }

  static Entry entry(
      long seq, String type, String sender, String dedupe, String target, String content) {
    Body body = new Body(target, content, "", false, "");
    return new Entry(seq, "r~" + seq, type, sender, dedupe, seq, body, NONE);
  }

  /// Of eve's.
  static Entry membership(long seq, String type) {
    Body body = new Body("", "", "", false, "eve");
    return new Entry(seq, "r~" + seq, type, "system", "s:" + seq, seq, body, NONE);
  }

  static Entry message(
      long seq, String dedupe, String content, boolean deleted, List<String> reactions) {
    return message(seq, seq, dedupe, content, new State(deleted, reactions));
  }

  static Entry message(long seq, long atMs, String dedupe, String content, State state) {
    Body body = new Body("", content, "", false, "");
    return new Entry(seq, "r~" + seq, "message", "ana", dedupe, atMs, body, state);
  }

  static Entry reaction(long seq, String dedupe, boolean removed) {
    Body body = new Body("r~2", "", "+", removed, "");
    return new Entry(seq, "r~" + seq, "reaction", "ben", dedupe, seq, body, NONE);
  }
}
