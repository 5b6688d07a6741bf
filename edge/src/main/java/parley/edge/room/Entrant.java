package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import parley.edge.engineio.Packet;

/// A connection on its way into a room. For the room's thread alone.
final class Entrant {

  /// More than this that happens while its past is read, and it has to ask again.
  private static final int MOST_HELD = 256;

  /// Where it is on its way.
  enum Stage {
    /// For the room's position.
    WAITING,
    /// For what the log says of its user since core let it in.
    VETTING,
    /// For what it missed.
    CATCHING_UP
  }

  /// An event of the room's log.
  record Held(long seq, Packet packet) {}

  final Joining joining;
  final long untilNanos;
  Stage stage = Stage.WAITING;
  boolean askedCore; // whether there is what its client says it knows
  long upTo; // what is being read
  final List<Held> held = new ArrayList<>(0);
  boolean overrun;

  /// @param untilNanos by {@link System#nanoTime}: it is answered by then
  Entrant(Joining joining, long untilNanos) {
    this.joining = joining;
    this.untilNanos = untilNanos;
  }

  Occupant occupant() {
    return joining.member();
  }

  void hold(long seq, Packet packet) {
    if (held.size() >= MOST_HELD) {
      overrun = true;
    } else {
      held.add(new Held(seq, packet));
    }
  }
}
