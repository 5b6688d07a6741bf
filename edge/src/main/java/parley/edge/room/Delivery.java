package parley.edge.room;

import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Packet;

/// A packet on its way to all members of a room. For the room's thread alone.
final class Delivery {

  private static final long EPHEMERAL = 0;

  private final long seq;
  private final Packet packet;
  private final @Nullable Except except;
  int next; // member whose turn it is

  private Delivery(long seq, Packet packet, @Nullable Except except) {
    this.seq = seq;
    this.packet = packet;
    this.except = except;
  }

  /// An event of the room's log.
  static Delivery logged(long seq, Packet packet) {
    return new Delivery(seq, packet, null);
  }

  /// Anything else.
  ///
  /// @param except a user whose connections, or a connection that, is left out; null = none
  static Delivery ephemeral(Packet packet, @Nullable Except except) {
    return new Delivery(EPHEMERAL, packet, except);
  }

  /// Very many get it.
  void forMany() {
    packet.forMany();
  }

  /// The event's position; 0 when it has none.
  long seq() {
    return seq;
  }

  boolean isFor(Occupant member) {
    return except == null || !except.is(member);
  }

  void to(Occupant member) {
    var unused = seq == EPHEMERAL ? member.send(packet) : member.deliver(seq, packet);
  }
}
