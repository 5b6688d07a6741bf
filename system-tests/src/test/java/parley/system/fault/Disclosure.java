package parley.system.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import parley.system.fault.History.Entered;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Heard;
import parley.system.fault.History.Read;
import parley.system.fault.History.Visit;

/// Who may see what, and when: what is acknowledged is seen by every reader at once, and whoever is
/// removed hears nothing of what follows.
final class Disclosure {

  /// What has no position may be under way when a removal is acknowledged.
  private static final long UNDER_WAY = TimeUnit.SECONDS.toNanos(5);

  private final History history;
  private final BiConsumer<Boolean, String> expect;

  /// @param expect hears whether a promise was kept, and what is wrong if not
  Disclosure(History history, BiConsumer<Boolean, String> expect) {
    this.history = history;
    this.expect = expect;
  }

  private List<Entry> log(String room) {
    return history.logs().getOrDefault(room, List.of());
  }

  /// Does it show the message as it was at the acknowledged position, or at a later one?
  void read(Read read) {
    String who = read.reader() + " in " + read.room();
    boolean before = read.oldest() > read.acknowledged(); // an older page would have it
    if (read.shown() == null) {
      boolean isNew =
          log(read.room()).stream()
              .anyMatch(e -> e.seq() == read.acknowledged() && e.type().equals("message"));
      expect.accept(
          before || !isNew, who + ": did not see " + read.acknowledged() + ", acknowledged before");
      return;
    }
    String shown = read.shown().deleted() ? "" : read.shown().content();
    expect.accept(
        states(read).contains(shown),
        who + ": saw " + read.message() + " as it was before " + read.acknowledged());
  }

  /// What the message's content was from there on; empty = deleted.
  private List<String> states(Read read) {
    List<String> states = new ArrayList<>();
    for (Entry entry : log(read.room())) {
      boolean about = entry.target().equals(read.message());
      boolean state = about && (entry.type().equals("edit") || entry.type().equals("delete"));
      if (state) {
        if (entry.seq() <= read.acknowledged()) {
          states.clear();
        }
        states.add(entry.type().equals("delete") ? "" : entry.content());
        if (entry.content().isEmpty() && entry.type().equals("edit")) {
          states.add(read.shown().content()); // erased by a deletion since: nobody knows
        }
      }
    }
    boolean changedBefore =
        log(read.room()).stream()
            .anyMatch(
                e ->
                    e.target().equals(read.message())
                        && e.seq() <= read.acknowledged()
                        && !e.type().equals("reaction"));
    if (!changedBefore) {
      states.add(read.shown().content()); // as it was sent
    }
    return states;
  }

  /// The log says between which positions they were a member, the visit when.
  void visit(Visit visit) {
    List<Entry> changes =
        log(visit.room()).stream()
            .filter(e -> e.type().startsWith("member-") && e.member().equals(visit.guest()))
            .toList();
    List<Long> additions = new ArrayList<>();
    List<Long> removals = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      Entry one = changes.get(i);
      boolean added = one.type().equals("member-added");
      if (added && (i == 0 || !isAlike(one, changes.get(i - 1)))) {
        additions.add(one.seq());
      } else if (!added && (i + 1 == changes.size() || !isAlike(one, changes.get(i + 1)))) {
        removals.add(one.seq()); // those before it failed: their entries stand, and nobody was told
      }
    }
    for (int i = 0; i < removals.size(); i++) {
      long out = removals.get(i);
      long in = i + 1 < additions.size() ? additions.get(i + 1) : Long.MAX_VALUE;
      long next = i + 1 < visit.added().size() ? visit.added().get(i + 1) : Long.MAX_VALUE;
      long known = i < visit.removed().size() ? visit.removed().get(i) : Long.MAX_VALUE;
      outside(visit, out, in, known, next);
    }
  }

  private static boolean isAlike(Entry one, Entry other) {
    return one.type().equals(other.type());
  }

  /// @param out position of the removal
  /// @param in position of the next addition
  /// @param known when the removal was acknowledged
  /// @param next when the next addition was asked for
  private void outside(Visit visit, long out, long in, long known, long next) {
    String who = visit.guest() + " in " + visit.room();
    for (Heard heard : visit.heard()) {
      boolean early = heard.at() - next < 0 || next == Long.MAX_VALUE;
      boolean later = heard.seq() > out && heard.seq() < in;
      expect.accept(!(later && early), who + ": heard " + heard.seq() + ", removed at " + out);
      boolean behind =
          heard.seq() == 0 && known != Long.MAX_VALUE && heard.at() - known > UNDER_WAY;
      expect.accept(
          !(behind && early), who + ": heard " + heard.event() + " long after the removal");
    }
    for (Entered entered : visit.entered()) {
      boolean after = known != Long.MAX_VALUE && entered.asked() - known > 0;
      boolean early = entered.answered() - next < 0 || next == Long.MAX_VALUE;
      expect.accept(!(after && early), who + ": was let in after the removal at " + out);
    }
  }
}
