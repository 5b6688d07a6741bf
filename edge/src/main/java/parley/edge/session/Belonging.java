package parley.edge.session;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.Room;
import parley.proto.presence.Audience;
import parley.proto.relay.Authenticated;

/// Where the user of a session belongs: rooms of which it is a member, rooms that the session is
/// in, friends; and the users that it watches. A value: a change makes another one, so that whoever
/// reads it sees all of a change or nothing.
///
/// Presence is told to friends, and in at most 200 rooms that are not large.
///
/// @param members rooms of which the user is a member, but for large ones
/// @param large large rooms of which the user is a member: their users are not told of one by one
/// @param entered rooms that the session is in, but for large ones
record Belonging(
    Set<RoomId> members,
    Set<RoomId> large,
    Set<RoomId> entered,
    List<String> friends,
    Set<UserId> watched) {

  private static final int MOST_ROOMS = 200;

  /// Before anything is known.
  static final Belonging NOWHERE = new Belonging(Set.of(), Set.of(), Set.of(), List.of(), Set.of());

  Belonging {
    members = Set.copyOf(members);
    large = Set.copyOf(large);
    entered = Set.copyOf(entered);
    friends = List.copyOf(friends);
    watched = Set.copyOf(watched);
  }

  /// As core said when the user signed in.
  Belonging as(Authenticated authenticated) {
    Set<RoomId> known = new HashSet<>();
    for (Room room : authenticated.getRoomsList()) {
      known.add(new RoomId(room.getId()));
    }
    Set<RoomId> tooLarge = new HashSet<>();
    authenticated.getLargeRoomIdsList().forEach(id -> tooLarge.add(new RoomId(id)));
    known.removeAll(tooLarge);
    return new Belonging(known, tooLarge, entered, authenticated.getFriendIdsList(), watched);
  }

  /// As core says when it cannot say what changed.
  ///
  /// @param memberships all of them, or the 200 newest
  Belonging anew(List<UserFeedEntry> memberships, List<String> nowFriends) {
    Belonging only = new Belonging(Set.of(), Set.of(), entered, nowFriends, watched);
    for (UserFeedEntry entry : memberships) {
      only = only.member(new RoomId(entry.getMembership().getRoomId()), entry.getLarge());
    }
    return only;
  }

  /// The user became a member of a room.
  Belonging member(RoomId room, boolean isLarge) {
    return isLarge
        ? new Belonging(without(members, room), with(large, room), entered, friends, watched)
        : new Belonging(with(members, room), without(large, room), entered, friends, watched);
  }

  /// It is none any more. Its sessions may be in the room until the room's log ends their stay.
  Belonging noMember(RoomId room) {
    return new Belonging(without(members, room), without(large, room), entered, friends, watched);
  }

  /// The session entered a room that is not large.
  Belonging entered(RoomId room) {
    return new Belonging(members, large, with(entered, room), friends, watched);
  }

  /// The session left a room.
  Belonging left(RoomId room) {
    return new Belonging(members, large, without(entered, room), friends, watched);
  }

  Belonging friends(List<String> others) {
    return new Belonging(members, large, entered, others, watched);
  }

  Belonging watching(Set<UserId> users) {
    return new Belonging(members, large, entered, friends, users);
  }

  /// Is the user a member, as far as this is known?
  boolean isMember(RoomId room) {
    return members.contains(room) || large.contains(room);
  }

  /// Where the user is told of, and hears of others: at most 200.
  Set<RoomId> rooms() {
    Set<RoomId> rooms = new HashSet<>();
    for (Set<RoomId> some : List.of(entered, members)) {
      for (RoomId room : some) {
        if (rooms.size() < MOST_ROOMS) {
          rooms.add(room);
        }
      }
    }
    return rooms;
  }

  /// Is it a friend of the user's?
  boolean isFriend(UserId other) {
    return friends.contains(other.value());
  }

  /// Whom to tell of the user, and of whom the user is told.
  Audience audience() {
    Audience.Builder audience = Audience.newBuilder().addAllFriendIds(friends);
    rooms().stream().map(RoomId::value).sorted().forEach(audience::addRoomIds);
    return audience.build();
  }

  private static <T> Set<T> with(Set<T> some, T one) {
    Set<T> all = new HashSet<>(some);
    all.add(one);
    return all;
  }

  private static <T> Set<T> without(Set<T> some, T one) {
    Set<T> others = new HashSet<>(some);
    others.remove(one);
    return others;
  }
}
