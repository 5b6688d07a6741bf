package parley.edge.recovery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  private final Deque<Run> closed = new ArrayDeque<>(1); // all but the last
  // The last run, which most events only lengthen; none while it has no room.
  private @Nullable RoomId room;
  private long first;
  private long last;
  private long mark;
  private long removed; // runs taken from the front so far
  private boolean whole = true;
  private long holeAt; // runs counted when the front was cut last
  private long markRuns = -1; // counted with those removed
  private long markSeq;

  /// An event is sent.
  public void add(RoomId where, long seq) {
    if (mark == 0 && seq > last && where.equals(room)) {
      last = seq;
    } else {
      begin(where, seq, seq, 0);
    }
  }

  /// The client is told that it is in a room, and has everything up to a position: one that an
  /// event may have told it before.
  ///
  /// @param number the mark's own
  public void mark(RoomId where, long seq, long number) {
    begin(where, seq + 1, seq, number);
  }

  private void begin(RoomId where, long from, long to, long number) {
    if (size() >= MOST_RUNS) {
      closed.removeFirst();
      removed++;
      whole = false;
      holeAt = removed + size();
    }
    Run before = open();
    if (before != null) {
      closed.addLast(before);
    }
    room = where;
    first = from;
    last = to;
    mark = number;
  }

  private @Nullable Run open() {
    return room == null ? null : new Run(room, first, last, mark);
  }

  private int size() {
    return closed.size() + (room == null ? 0 : 1);
  }

  /// A ping is sent.
  public void pinged() {
    markRuns = removed + size();
    markSeq = room == null ? 0 : last;
  }

  /// It was answered.
  public void ponged() {
    if (markRuns < 0) {
      return;
    }
    while (removed < markRuns - 1 && !closed.isEmpty()) {
      closed.removeFirst();
      removed++;
    }
    if (removed == markRuns - 1) {
      cut();
    }
    whole |= holeAt <= markRuns;
    markRuns = -1;
  }

  /// Of the run that was the last when the ping went out, what came later stays.
  private void cut() {
    if (!closed.isEmpty()) {
      Run run = closed.removeFirst();
      if (run.last > markSeq) {
        closed.addFirst(new Run(run.room, markSeq + 1, run.last));
      } else {
        removed++;
      }
    } else if (room != null && last > markSeq) {
      first = markSeq + 1;
      mark = 0;
    } else if (room != null) {
      room = null;
      removed++;
    }
  }

  /// Oldest first.
  public List<Run> runs() {
    List<Run> all = new ArrayList<>(closed);
    Run last = open();
    if (last != null) {
      all.add(last);
    }
    return all;
  }

  /// False when older events than {@link #runs} may not have arrived either.
  public boolean whole() {
    return whole;
  }
}
