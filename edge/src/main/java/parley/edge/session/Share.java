package parley.edge.session;

import java.util.Set;
import java.util.function.UnaryOperator;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.presence.Interests;
import parley.edge.room.Member;
import parley.proto.presence.Audience;

/// What a session has to do with presence, from its sign-in to its end: where its user belongs,
/// whom it hears of, and what presence was told. One change at a time; after the end nothing
/// changes any more, so presence never hears of a connection that it was told is over, and the
/// interests keep none that is. Never blocks; safe for any thread.
final class Share {

  /// How presence hears of the connection. Called in the order of the changes; must not block.
  interface Reports {

    /// The connection is there, or its audience changed.
    void opened(Audience audience);

    /// The connection is over.
    ///
    /// @param rooms that it was in
    void closed(Audience audience, Iterable<RoomId> rooms);
  }

  private final Member member;
  private final Interests interests;
  private final Reports reports;
  private volatile Belonging now = Belonging.NOWHERE; // written with the lock held
  // Guarded by this.
  private boolean arrived;
  private boolean hearing;
  private boolean ended;

  Share(Member member, Interests interests, Reports reports) {
    this.member = member;
    this.interests = interests;
    this.reports = reports;
  }

  /// Where the user belongs at this moment.
  Belonging belonging() {
    return now;
  }

  /// The user signed in: presence hears of the connection.
  synchronized void arrive(Belonging belonging) {
    if (!ended) {
      now = belonging;
      arrived = true;
      reports.opened(belonging.audience());
    }
  }

  /// The session hears of others from now on.
  synchronized void begin() {
    if (!ended && !hearing) {
      hearing = true;
      interests.add(member);
      now.rooms().forEach(room -> interests.share(member, room));
      watch(Set.of(), now.watched());
    }
  }

  /// The user belongs elsewhere. Does nothing after the end.
  ///
  /// @param change gives what is, of what was; must not block
  synchronized void change(UnaryOperator<Belonging> change) {
    if (ended) {
      return;
    }
    Belonging before = now;
    Belonging after = change.apply(before);
    now = after;
    Set<RoomId> roomsBefore = before.rooms();
    Set<RoomId> roomsAfter = after.rooms();
    if (hearing) {
      hear(roomsBefore, roomsAfter);
      watch(before.watched(), after.watched());
    }
    if (arrived && !(roomsBefore.equals(roomsAfter) && before.friends().equals(after.friends()))) {
      reports.opened(after.audience());
    }
  }

  private void hear(Set<RoomId> before, Set<RoomId> after) {
    after.stream().filter(room -> !before.contains(room)).forEach(r -> interests.share(member, r));
    before.stream()
        .filter(room -> !after.contains(room))
        .forEach(room -> interests.unshare(member, room));
  }

  private void watch(Set<UserId> before, Set<UserId> after) {
    after.stream()
        .filter(user -> !before.contains(user))
        .forEach(u -> interests.watch(member, u, () -> now.isFriend(u)));
    before.stream()
        .filter(user -> !after.contains(user))
        .forEach(user -> interests.unwatch(member, user));
  }

  /// The session is over.
  ///
  /// @param rooms that it was in
  synchronized void end(Iterable<RoomId> rooms) {
    if (ended) {
      return;
    }
    ended = true;
    if (hearing) {
      interests.remove(member, now.rooms(), now.watched());
    }
    if (arrived) {
      reports.closed(now.audience(), rooms);
    }
  }
}
