package parley.edge.room;

import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import parley.contract.RoomId;
import parley.contract.UserId;

/// Delivery to all who are in a room, a slice at a time. Who cannot be delivered to is taken out,
/// and nobody else is hurt. For the room's thread alone, but for {@link #reached}.
final class Broadcast {

  private static final System.Logger LOG = System.getLogger(Broadcast.class.getName());

  /// So many are served before other rooms have their turn.
  static final int SLICE = 256;

  private final RoomId room;
  private final Occupants occupants = new Occupants();
  private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
  private volatile long reached = RoomCursor.UNKNOWN; // written by the room's thread alone

  Broadcast(RoomId room) {
    this.room = room;
  }

  /// The last position that everybody in the room was offered: behind the cursor while a delivery
  /// is under way. Negative while unknown. For any thread.
  long reached() {
    return reached;
  }

  boolean isEmpty() {
    return occupants.isEmpty();
  }

  boolean contains(Occupant occupant) {
    return occupants.contains(occupant);
  }

  List<Occupant> of(UserId user) {
    return occupants.of(user);
  }

  /// Is a delivery under way?
  boolean busy() {
    return !deliveries.isEmpty();
  }

  /// Nothing is under way, and everything up to `position` was delivered.
  void rest(long position) {
    if (deliveries.isEmpty()) {
      reached = position;
    }
  }

  /// Delivers to all who are in now.
  void begin(Delivery delivery) {
    if (occupants.size() > SLICE) {
      delivery.forMany();
    }
    if (!occupants.isEmpty()) {
      deliveries.add(delivery);
    }
  }

  /// Goes on.
  ///
  /// @return how many were served; at least 1
  int slice(int most) {
    Delivery delivery = deliveries.element();
    int served = 0;
    while (delivery.next < occupants.size() && served < most) {
      Occupant occupant = occupants.at(delivery.next);
      served++;
      if (offered(delivery, occupant)) {
        delivery.next++;
      } else {
        occupants.remove(occupant); // another one stands at its place now, and is next
      }
    }
    if (delivery.next >= occupants.size()) {
      deliveries.remove();
      reached = Math.max(reached, delivery.seq());
    }
    return Math.max(1, served);
  }

  /// A slow one is its outbox's affair.
  private boolean offered(Delivery delivery, Occupant occupant) {
    try {
      if (delivery.isFor(occupant)) {
        delivery.to(occupant);
      }
      return true;
    } catch (RuntimeException e) {
      failed(occupant, e);
      return false;
    }
  }

  /// Something of an occupant threw: it is dropped.
  void failed(Occupant occupant, RuntimeException e) {
    LOG.log(
        System.Logger.Level.ERROR, "room " + room + " drops a connection, " + UUID.randomUUID(), e);
    drop(occupant);
  }

  private static void drop(Occupant occupant) {
    try {
      occupant.dropped();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a connection does not end, " + UUID.randomUUID(), e);
    }
  }

  /// Everything under way is delivered: what follows is for others.
  void finish() {
    while (!deliveries.isEmpty()) {
      slice(Integer.MAX_VALUE);
    }
  }

  /// It hears everything that begins from now on.
  void add(Occupant occupant) {
    finish(); // that was published before it entered
    occupants.add(occupant);
  }

  /// It hears nothing that begins from now on.
  void remove(Occupant occupant) {
    finish();
    occupants.remove(occupant);
  }

  /// Takes out who is removed from the room at this position.
  void removed(UserId user, long seq) {
    finish();
    for (Occupant occupant : occupants.of(user)) {
      if (isRemoved(occupant, seq)) {
        occupants.remove(occupant);
      }
    }
  }

  private boolean isRemoved(Occupant occupant, long seq) {
    try {
      return occupant.removed(seq);
    } catch (RuntimeException e) {
      failed(occupant, e);
      return true;
    }
  }

  /// Takes everybody out: what they missed is gone, and they have to ask anew.
  void dropAll() {
    finish();
    for (Occupant occupant : occupants.all()) {
      occupants.remove(occupant);
      drop(occupant);
    }
  }
}
