package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import parley.edge.engineio.Packet;

/// A joining connection whose past is being read: what happens meanwhile is held for it.
final class Catching {

  /// More than this, and its past is read anew.
  static final int MOST_HELD = 256;

  final Joining joining;
  final long upTo;
  final List<Held> held = new ArrayList<>();
  boolean overrun;

  /// @param upTo the room's cursor when the reading began
  Catching(Joining joining, long upTo) {
    this.joining = joining;
    this.upTo = upTo;
  }

  /// An event of the room's log.
  record Held(long seq, Packet packet) {}

  void hold(long seq, Packet packet) {
    if (held.size() >= MOST_HELD) {
      overrun = true;
    } else {
      held.add(new Held(seq, packet));
    }
  }
}
