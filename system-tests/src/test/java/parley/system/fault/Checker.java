package parley.system.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.system.fault.History.Entry;
import parley.system.fault.History.Kind;
import parley.system.fault.History.Request;
import parley.system.fault.History.Seen;
import parley.system.fault.History.View;

/// Holds a history against what Parley promises; each broken promise is a sentence.
final class Checker {

  private final History history;
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Map<Long, Entry>> bySeq = new HashMap<>();
  private final Map<String, Map<String, Entry>> byDedupe = new HashMap<>();

  private Checker(History history) {
    this.history = history;
  }

  /// @return what is wrong; empty = all promises were kept
  static List<String> check(History history) {
    Checker checker = new Checker(history);
    history.logs().forEach(checker::log);
    history.requests().forEach(checker::request);
    history.views().forEach(checker::view);
    Disclosure disclosure = new Disclosure(history, checker::expect);
    history.reads().forEach(disclosure::read);
    history.visits().forEach(disclosure::visit);
    return checker.broken;
  }

  /// @return what the logs by room do not show as they say; empty = nothing
  static List<String> checkShown(Map<String, List<Entry>> logs) {
    Checker checker =
        new Checker(new History(logs, List.of(), List.of(), List.of(), List.of(), request -> ""));
    logs.values().forEach(checker::fold);
    return checker.broken;
  }

  private void expect(boolean held, String sentence) {
    if (!held && broken.size() < 1_000) {
      broken.add(sentence);
    }
  }

  /// Dense from 1, times that never go back, one entry a request, and projections that equal the
  /// fold.
  private void log(String room, List<Entry> log) {
    Map<Long, Entry> seqs = new HashMap<>();
    Map<String, Entry> dedupes = new HashMap<>();
    long next = 1;
    long at = 0;
    for (Entry entry : log) {
      expect(entry.seq() == next, room + ": a hole before " + entry.seq());
      expect(entry.atMs() >= at, room + ": time goes back at " + entry.seq());
      Entry twin = dedupes.put(entry.dedupe(), entry);
      expect(twin == null, room + ": " + entry.dedupe() + " is there twice");
      seqs.put(entry.seq(), entry);
      next = entry.seq() + 1;
      at = entry.atMs();
    }
    bySeq.put(room, seqs);
    byDedupe.put(room, dedupes);
    fold(log);
  }

  private void fold(List<Entry> log) {
    Map<String, Entry> messages = new LinkedHashMap<>();
    Map<String, String> edited = new HashMap<>();
    Set<String> deleted = new HashSet<>();
    Map<String, List<String>> reactions = new HashMap<>();
    for (Entry entry : log) {
      switch (entry.type()) {
        case "message" -> messages.put(entry.id(), entry);
        case "edit" -> edited.put(entry.target(), entry.content());
        case "delete" -> {
          deleted.add(entry.target());
          reactions.remove(entry.target());
        }
        case "reaction" -> react(reactions, entry);
        default -> {}
      }
    }
    messages.forEach(
        (id, message) -> {
          boolean gone = deleted.contains(id);
          expect(message.state().deleted() == gone, id + ": its deletion is not shown");
          if (gone) {
            expect(message.content().isEmpty(), id + ": deleted, and its content is there");
          } else if (edited.containsKey(id)) {
            expect(message.content().equals(edited.get(id)), id + ": its last edit is not shown");
          }
          List<String> shown = reactions.getOrDefault(id, List.of());
          expect(
              message.state().reactions().equals(shown),
              id + ": shows " + message.state().reactions() + ", the log says " + shown);
        });
  }

  private static void react(Map<String, List<String>> reactions, Entry entry) {
    List<String> here = reactions.computeIfAbsent(entry.target(), id -> new ArrayList<>());
    String one = entry.body().emoji() + " " + entry.sender();
    if (entry.body().removed()) {
      here.remove(one);
    } else if (!here.contains(one)) {
      here.add(one);
    }
    if (here.isEmpty()) {
      reactions.remove(entry.target());
    }
  }

  /// What was acknowledged is in the log as it was said; what was refused for good is not.
  private void request(Request request) {
    String key = request.user() + "'s " + request.key();
    Entry entry =
        byDedupe.getOrDefault(request.room(), Map.of()).get(history.keys().apply(request));
    if (request.refused()) {
      expect(entry == null, key + ": refused, and it is in the log");
    }
    if (!request.acknowledged()) {
      return;
    }
    if (entry == null) {
      broken.add(key + ": acknowledged, and it is not in the log");
      return;
    }
    expect(entry.seq() == request.seq(), key + ": acknowledged at another position");
    expect(entry.sender().equals(request.user()), key + ": of another sender");
    expect(entry.target().equals(request.target()), key + ": about another message");
    if (request.kind() == Kind.SEND) {
      expect(entry.id().equals(request.id()), key + ": acknowledged with another id");
      boolean changed =
          history.logs().get(request.room()).stream().anyMatch(e -> e.target().equals(entry.id()));
      expect(changed || entry.content().equals(request.text()), key + ": its content is another's");
    }
  }

  /// In the log's order, the same events, none missing, none twice but where an edge had no chance.
  private void view(View view) {
    Map<Long, Entry> log = bySeq.getOrDefault(view.room(), Map.of());
    String who = view.client() + " in " + view.room();
    Map<Long, Seen> had = new HashMap<>();
    long last = view.from();
    for (Seen seen : view.seen()) {
      Entry entry = log.get(seen.seq());
      if (entry == null) {
        broken.add(who + ": saw " + seen.seq() + ", which is not in the log");
        continue;
      }
      same(who, seen, entry);
      Seen before = had.putIfAbsent(seen.seq(), seen);
      if (before != null) {
        expect(seen.mayRepeat(), who + ": saw " + seen.seq() + " twice");
        expect(before.id().equals(seen.id()), who + ": the repeat has another id");
      } else {
        expect(seen.seq() > last, who + ": saw " + seen.seq() + " after " + last);
        last = Math.max(last, seen.seq());
      }
    }
    for (Entry entry : log.values()) {
      boolean owed = entry.seq() > view.from() && told(entry);
      expect(!owed || had.containsKey(entry.seq()), who + ": never saw " + entry.seq());
    }
  }

  /// Erased by a deletion, an edit is told to nobody who comes later.
  private static boolean told(Entry entry) {
    return !entry.type().equals("void")
        && !(entry.type().equals("edit") && entry.content().isEmpty());
  }

  private void same(String who, Seen seen, Entry entry) {
    String event =
        switch (entry.type()) {
          case "message" -> "message-received";
          case "edit" -> "message-edited";
          case "delete" -> "message-deleted";
          case "reaction" -> "message-reaction";
          default -> entry.type();
        };
    String place = who + " at " + seen.seq();
    expect(seen.event().equals(event), place + ": " + seen.event() + " is " + event);
    String id = entry.type().equals("message") ? entry.id() : entry.target();
    expect(seen.id().equals(id), place + ": of another message");
  }
}
