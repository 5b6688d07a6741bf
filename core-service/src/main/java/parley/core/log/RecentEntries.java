package parley.core.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;

/// The newest entries of one room's log, without a gap, as they are now: edits and deletions are
/// applied here too. Written by the room's lane, read by any thread.
///
/// Bounded per room, and over all rooms of the node by a shared count: beyond it each room that
/// grows keeps only a few.
final class RecentEntries {

  static final int MOST_IN_A_ROOM = 64;
  private static final int FEW = 8;
  private static final int MOST_ON_A_NODE = 200_000;

  private final AtomicInteger shared;
  private final ArrayDeque<LogEntry> entries = new ArrayDeque<>(FEW); // guarded by this
  private long head; // guarded by this; the position up to which this is complete

  /// @param head what the room's log holds when this begins
  /// @param shared how many entries are remembered on the node
  RecentEntries(long head, AtomicInteger shared) {
    this.head = head;
    this.shared = shared;
  }

  /// Takes in the next entry.
  synchronized void add(LogEntry entry) {
    MessageId target = Revisions.target(entry);
    if (target != null) {
      revise(target, entry);
    }
    entries.add(entry);
    head = entry.seq();
    int most = shared.incrementAndGet() > MOST_ON_A_NODE ? FEW : MOST_IN_A_ROOM;
    while (entries.size() > most) {
      entries.remove();
      shared.decrementAndGet();
    }
  }

  /// Entries with `since` < seq <= `upTo`.
  ///
  /// @return null when not all of them are here
  synchronized @Nullable List<LogEntry> between(long since, long upTo) {
    if (upTo > head || since < head - entries.size()) {
      return null;
    }
    return entries.stream().filter(e -> e.seq() > since && e.seq() <= upTo).toList();
  }

  /// The newest messages, newest first.
  ///
  /// @param atLeast a position that the answer must include
  /// @return null when there may be more than are here
  synchronized @Nullable List<LogEntry> newestMessages(int count, long atLeast) {
    if (atLeast > head) {
      return null;
    }
    List<LogEntry> messages = new ArrayList<>(count);
    var newestFirst = entries.descendingIterator();
    while (newestFirst.hasNext() && messages.size() < count) {
      LogEntry entry = newestFirst.next();
      if (entry.change() instanceof Change.Posted) {
        messages.add(entry);
      }
    }
    boolean whole = entries.size() == head;
    return messages.size() == count || whole ? messages : null;
  }

  /// The newest entry; null when none is here.
  synchronized @Nullable LogEntry newest() {
    return entries.peekLast();
  }

  /// The position up to which this is complete.
  synchronized long head() {
    return head;
  }

  /// Gives back what was taken of the shared count.
  synchronized void forget() {
    shared.addAndGet(-entries.size());
    entries.clear();
  }

  /// A deletion erases the text from the edits of the message, too.
  private void revise(MessageId target, LogEntry by) {
    boolean deletion = by.change() instanceof Change.Deleted;
    List<LogEntry> revised = new ArrayList<>(entries.size());
    for (LogEntry entry : entries) {
      if (entry.seq() == target.seq()) {
        revised.add(Revisions.revised(entry, by));
      } else if (deletion
          && entry.change() instanceof Change.Edited e
          && e.target().equals(target)) {
        revised.add(entry.with(new Change.Edited(target, ""), entry.state()));
      } else {
        revised.add(entry);
      }
    }
    entries.clear();
    entries.addAll(revised);
  }
}
