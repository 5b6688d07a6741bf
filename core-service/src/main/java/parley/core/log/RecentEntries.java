package parley.core.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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
    switch (entry.change()) {
      case Change.Edited(MessageId target, String content) ->
          revise(target, message -> edited(message, content, entry));
      case Change.Deleted(MessageId target) -> {
        revise(target, message -> deleted(message, entry));
        eraseEdits(target);
      }
      case Change.Reacted(MessageId target, String emoji, boolean removed) ->
          revise(
              target,
              message ->
                  reacted(message, new LogEntry.Reaction(emoji, entry.sender()), removed, entry));
      case Change.Posted p -> {}
      case Change.MemberAdded a -> {}
      case Change.MemberRemoved r -> {}
      case Change.Voided v -> {}
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

  /// The position up to which this is complete.
  synchronized long head() {
    return head;
  }

  /// Gives back what was taken of the shared count.
  synchronized void forget() {
    shared.addAndGet(-entries.size());
    entries.clear();
  }

  private void revise(MessageId target, UnaryOperator<LogEntry> change) {
    List<LogEntry> revised = new ArrayList<>(entries.size());
    for (LogEntry entry : entries) {
      revised.add(entry.seq() == target.seq() ? change.apply(entry) : entry);
    }
    entries.clear();
    entries.addAll(revised);
  }

  private void eraseEdits(MessageId target) {
    List<LogEntry> revised = new ArrayList<>(entries.size());
    for (LogEntry entry : entries) {
      boolean erase = entry.change() instanceof Change.Edited e && e.target().equals(target);
      revised.add(erase ? with(entry, new Change.Edited(target, ""), entry.state()) : entry);
    }
    entries.clear();
    entries.addAll(revised);
  }

  private static LogEntry edited(LogEntry message, String content, LogEntry by) {
    if (!(message.change() instanceof Change.Posted posted)) {
      return message;
    }
    return with(
        message,
        new Change.Posted(
            posted.messageType(), content, posted.attachments(), posted.clientMessageId()),
        new LogEntry.State(
            by.seq(), by.atMs(), message.state().deletedAtMs(), message.state().reactions()));
  }

  private static LogEntry reacted(
      LogEntry message, LogEntry.Reaction reaction, boolean removed, LogEntry by) {
    LogEntry.State old = message.state();
    List<LogEntry.Reaction> reactions = new ArrayList<>(old.reactions());
    if (removed) {
      reactions.remove(reaction);
    } else if (!reactions.contains(reaction)) {
      reactions.add(reaction);
    }
    return with(
        message,
        message.change(),
        new LogEntry.State(by.seq(), old.editedAtMs(), old.deletedAtMs(), List.copyOf(reactions)));
  }

  private static LogEntry deleted(LogEntry message, LogEntry by) {
    if (!(message.change() instanceof Change.Posted posted)) {
      return message;
    }
    return with(
        message,
        new Change.Posted(posted.messageType(), "", List.of(), posted.clientMessageId()),
        new LogEntry.State(by.seq(), message.state().editedAtMs(), by.atMs(), List.of()));
  }

  private static LogEntry with(LogEntry entry, Change change, LogEntry.State state) {
    return new LogEntry(
        entry.room(),
        entry.seq(),
        entry.dedupe(),
        entry.sender(),
        entry.atMs(),
        entry.ordinal(),
        change,
        state);
  }
}
