package parley.edge.session;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.chat.Room;
import parley.proto.presence.Audience;
import parley.proto.relay.Authenticated;

/// Where the user of a session belongs, which is where its presence is told: rooms of which it is a
/// member, open rooms that it is in, friends; and the users that it watches. Large rooms are left
/// out. Safe for any thread.
public final class Belonging {

  private static final int MOST_ROOMS = 200;

  private final Set<RoomId> rooms = ConcurrentHashMap.newKeySet(2);
  private final Set<RoomId> entered = ConcurrentHashMap.newKeySet(1);
  private final Set<UserId> watched = ConcurrentHashMap.newKeySet(1);
  private volatile List<String> friends = List.of();

  /// Takes what core said; the open rooms that the session is in stay.
  void are(Authenticated authenticated) {
    Set<String> large = Set.copyOf(authenticated.getLargeRoomIdsList());
    rooms.clear();
    for (Room room : authenticated.getRoomsList()) {
      if (!large.contains(room.getId())) {
        rooms.add(new RoomId(room.getId()));
      }
    }
    rooms.addAll(entered);
    friends = List.copyOf(authenticated.getFriendIdsList());
  }

  /// The user became a member of a room.
  ///
  /// @return false when it belonged there, or belongs to too many
  boolean add(RoomId room) {
    return rooms.size() < MOST_ROOMS && rooms.add(room);
  }

  /// It is none any more.
  ///
  /// @return false when it was none
  boolean remove(RoomId room) {
    entered.remove(room);
    return rooms.remove(room);
  }

  /// The session entered a room.
  ///
  /// @return false when the user belonged there anyway
  boolean enter(RoomId room) {
    return add(room) && entered.add(room);
  }

  /// The session left a room.
  ///
  /// @return true when the user belonged there by that alone
  boolean leave(RoomId room) {
    return entered.remove(room) && rooms.remove(room);
  }

  /// The rooms.
  Collection<RoomId> rooms() {
    return rooms;
  }

  /// The users that it watches.
  public Set<UserId> watched() {
    return watched;
  }

  /// Is it a friend of the user's?
  public boolean isFriend(UserId other) {
    return friends.contains(other.value());
  }

  /// Whom to tell of the user, and of whom the user is told.
  public Audience audience() {
    Audience.Builder audience = Audience.newBuilder().addAllFriendIds(friends);
    rooms.forEach(room -> audience.addRoomIds(room.value()));
    return audience.build();
  }
}
