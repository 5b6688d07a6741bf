package parley.edge.presence;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.room.Member;
import parley.proto.presence.PresenceChange;

/// Which connections of this edge hear of which users: those that share a room with them, and
/// friends'; those that watch them where they may. Of strangers nobody hears, unless everybody does
/// of everybody. Safe for any thread; nothing blocks.
public final class Interests {

  private final boolean everybody;
  private final Map<UserId, Set<Member>> byUser = new ConcurrentHashMap<>();
  private final Map<RoomId, Set<Member>> byRoom = new ConcurrentHashMap<>();
  private final Map<UserId, Map<Member, BooleanSupplier>> watching = new ConcurrentHashMap<>();

  /// @param everybody hears of everybody
  public Interests(boolean everybody) {
    this.everybody = everybody;
  }

  /// A connection began.
  public void add(Member member) {
    put(byUser, member.userId(), member);
  }

  /// It ended; what it had to do with these rooms and users ends too.
  public void remove(Member member, Collection<RoomId> rooms, Collection<UserId> watched) {
    take(byUser, member.userId(), member);
    rooms.forEach(room -> take(byRoom, room, member));
    watched.forEach(user -> unwatch(member, user));
  }

  /// Does everybody hear of everybody?
  public boolean everybody() {
    return everybody;
  }

  /// The connection's user belongs to a room, or is in it.
  public void share(Member member, RoomId room) {
    put(byRoom, room, member);
  }

  /// Undoes {@link #share}.
  public void unshare(Member member, RoomId room) {
    take(byRoom, room, member);
  }

  /// The connection watches a user.
  ///
  /// @param knows asked at every change: may the connection's user hear of it, although the change
  ///     does not say so? (Audiences are bounded.) Must not block
  public void watch(Member member, UserId user, BooleanSupplier knows) {
    watching.compute(
        user,
        (u, present) -> {
          Map<Member, BooleanSupplier> all = present == null ? new ConcurrentHashMap<>(1) : present;
          all.put(member, knows);
          return all;
        });
  }

  /// Undoes {@link #watch}.
  public void unwatch(Member member, UserId user) {
    watching.computeIfPresent(
        user,
        (u, all) -> {
          all.remove(member);
          return all.isEmpty() ? null : all;
        });
  }

  /// Whom a change concerns; never the user's own connections.
  public Set<Member> of(PresenceChange change) {
    UserId user = new UserId(change.getPresence().getUserId());
    Set<Member> concerned = Collections.newSetFromMap(new IdentityHashMap<>());
    if (everybody) {
      byUser.values().forEach(concerned::addAll);
    } else {
      for (String room : change.getAudience().getRoomIdsList()) {
        concerned.addAll(byRoom.getOrDefault(new RoomId(room), Set.of()));
      }
      for (String friend : change.getAudience().getFriendIdsList()) {
        concerned.addAll(byUser.getOrDefault(new UserId(friend), Set.of()));
      }
      watching
          .getOrDefault(user, Map.of())
          .forEach(
              (member, knows) -> {
                if (knows.getAsBoolean()) {
                  concerned.add(member);
                }
              });
    }
    concerned.removeAll(new HashSet<>(byUser.getOrDefault(user, Set.of())));
    return concerned;
  }

  /// True when no connection is left.
  public boolean isEmpty() {
    return byUser.isEmpty() && byRoom.isEmpty() && watching.isEmpty();
  }

  private static <K> void put(Map<K, Set<Member>> index, K key, Member member) {
    index.compute(
        key,
        (k, present) -> {
          Set<Member> members = present == null ? ConcurrentHashMap.newKeySet(1) : present;
          members.add(member);
          return members;
        });
  }

  private static <K> void take(Map<K, Set<Member>> index, K key, Member member) {
    index.computeIfPresent(
        key,
        (k, members) -> {
          members.remove(member);
          return members.isEmpty() ? null : members;
        });
  }
}
