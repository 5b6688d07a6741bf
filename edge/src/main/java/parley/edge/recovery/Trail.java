package parley.edge.recovery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import parley.contract.RoomId;

/// In which order one connection was sent events of rooms' logs, since the last ping that its
/// client answered: an answer proves that all before the ping arrived. Neighbouring events of one
/// room are one run, so a connection in one room costs one run whatever happens there. Not safe for
/// threads: its owner holds a lock over it and the sending.
public final class Trail {

  private static final int MOST_RUNS = 512;

  /// Events of one room without another room's between them.
  ///
  /// @param first position of the first
  /// @param last position of the last; positions between may be untold. One less than `first`: a
  ///     mark, and no event
  /// @param mark the mark's own number; 0 = events
  public record Run(RoomId room, long first, long last, long mark) {

    /// Events.
    public Run(RoomId room, long first, long last) {
      this(room, first, last, 0);
    }
  }

  private final Deque<Run> runs = new ArrayDeque<>(2);
  private long removed; // runs taken from the front so far
  private boolean whole = true;
  private long holeAt; // runs counted when the front was cut last
  private long markRuns = -1; // counted with those removed
  private long markSeq;

  /// An event is sent.
  public void add(RoomId room, long seq) {
    Run last = runs.peekLast();
    if (last != null && last.room.equals(room) && seq > last.last && last.mark == 0) {
      runs.removeLast();
      runs.addLast(new Run(room, last.first, seq));
    } else {
      append(new Run(room, seq, seq));
    }
  }

  /// The client is told that it is in a room, and has everything up to a position: one that an
  /// event may have told it before.
  ///
  /// @param mark a number of its own
  public void mark(RoomId room, long seq, long mark) {
    append(new Run(room, seq + 1, seq, mark));
  }

  private void append(Run run) {
    if (runs.size() >= MOST_RUNS) {
      runs.removeFirst();
      removed++;
      whole = false;
      holeAt = removed + runs.size();
    }
    runs.addLast(run);
  }

  /// A ping is sent.
  public void pinged() {
    Run last = runs.peekLast();
    markRuns = removed + runs.size();
    markSeq = last == null ? 0 : last.last;
  }

  /// It was answered.
  public void ponged() {
    if (markRuns < 0) {
      return;
    }
    while (removed < markRuns - 1 && !runs.isEmpty()) {
      runs.removeFirst();
      removed++;
    }
    cutLast();
    whole |= holeAt <= markRuns;
    markRuns = -1;
  }

  /// Of the run that was the last when the ping went out, what came later stays.
  private void cutLast() {
    Run run = removed == markRuns - 1 ? runs.peekFirst() : null;
    if (run == null) {
      return;
    }
    runs.removeFirst();
    if (run.last > markSeq) {
      runs.addFirst(new Run(run.room, markSeq + 1, run.last));
    } else {
      removed++;
    }
  }

  /// Oldest first.
  public List<Run> runs() {
    return new ArrayList<>(runs);
  }

  /// False when older events than {@link #runs} may not have arrived either.
  public boolean whole() {
    return whole;
  }
}
