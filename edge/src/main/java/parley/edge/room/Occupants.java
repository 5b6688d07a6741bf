package parley.edge.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.contract.UserId;

/// Who is in a room, in an order that delivery can go through in slices. For the room's thread
/// alone.
final class Occupants {

  private final List<Occupant> occupants = new ArrayList<>();
  private final Map<Occupant, Integer> places = new HashMap<>();

  boolean isEmpty() {
    return occupants.isEmpty();
  }

  int size() {
    return occupants.size();
  }

  Occupant at(int place) {
    return occupants.get(place);
  }

  boolean contains(Occupant occupant) {
    return places.containsKey(occupant);
  }

  void add(Occupant occupant) {
    if (places.putIfAbsent(occupant, occupants.size()) == null) {
      occupants.add(occupant);
    }
  }

  /// The last one takes the place of the one that is removed.
  void remove(Occupant occupant) {
    Integer place = places.remove(occupant);
    if (place == null) {
      return;
    }
    Occupant last = occupants.removeLast();
    if (last != occupant) {
      occupants.set(place, last);
      places.put(last, place);
    }
  }

  List<Occupant> of(UserId user) {
    return occupants.stream().filter(occupant -> occupant.userId().equals(user)).toList();
  }

  List<Occupant> all() {
    return List.copyOf(occupants);
  }
}
