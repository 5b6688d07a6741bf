package parley.edge.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.contract.UserId;

/// The connections in a room, in an order that delivery can go through in slices. For the room's
/// thread alone; must not change while a delivery is under way.
final class Roster {

  private final List<Occupant> members = new ArrayList<>();
  private final Map<Occupant, Integer> places = new HashMap<>();

  boolean isEmpty() {
    return members.isEmpty();
  }

  int size() {
    return members.size();
  }

  boolean contains(Occupant member) {
    return places.containsKey(member);
  }

  void add(Occupant member) {
    if (places.putIfAbsent(member, members.size()) == null) {
      members.add(member);
    }
  }

  void remove(Occupant member) {
    Integer place = places.remove(member);
    if (place == null) {
      return;
    }
    Occupant last = members.removeLast();
    if (last != member) {
      members.set(place, last);
      places.put(last, place);
    }
  }

  List<Occupant> of(UserId user) {
    return members.stream().filter(member -> member.userId().equals(user)).toList();
  }

  /// Offers a packet to the members from `from` on.
  ///
  /// @return where to go on; at least the size when all have it
  int deliver(Delivery delivery, int from, int most) {
    int to = Math.min(members.size(), from + most);
    for (int i = from; i < to; i++) {
      Occupant member = members.get(i);
      if (delivery.isFor(member)) {
        delivery.to(member); // a slow one is its outbox's affair
      }
    }
    return to;
  }
}
