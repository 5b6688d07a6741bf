package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.UserId;
import parley.core.friend.Friends;
import parley.core.room.Projected;
import parley.core.room.RoomReader;
import parley.core.user.UserFeeds;
import parley.proto.chat.Role;
import parley.proto.chat.User;

/// What is asked of the store, one trip after the other: each is time that somebody waits.
@Timeout(60)
class StoreTripsTest extends RoomLogFixture {

  @Test
  void recentMessagesOfARoomThatTheNodeServesCostTwoTrips() {
    for (int i = 0; i < 20; i++) {
      node.post(ANA, "", "m" + i);
    }
    List<String> trips =
        sound.trips(
            () -> {
              RoomReader.Admitted admitted = sound.reader.admit(room, BEN);
              assertEquals(
                  "m19",
                  sound
                      .history
                      .messages(room, 0, 10, admitted.at(), admitted.at())
                      .getMessages(9)
                      .getContent());
            });
    assertEquals(List.of("find room_log", "find memberships"), trips);
  }

  @Test
  void whatThisNodeServesIsReadAsItIsNow() {
    node.post(ANA, "", "one");
    long seq = new Node().post(BEN, "", "two").event().getSeq();
    Projected.Current other = sound.projected.current(room).orElseThrow();
    assertEquals(seq, other.at(), "another node wrote");
    long own = node.post(ANA, "", "three").event().getSeq();
    Projected.Current current = sound.projected.current(room).orElseThrow();
    assertEquals(own, current.at());
    assertEquals("three", current.room().lastMessage().getContent());
    assertEquals("ana", current.room().lastMessage().getSender().getUsername());
    assertEquals("Room", current.room().name());
    assertEquals(current.room().lastMessage().getCreatedAtMs(), current.room().lastActivityMs());
  }

  @Test
  void aRoomThatAnotherNodeServesCostsOneTripMore() {
    node.post(ANA, "", "one");
    LogNode other = node(writer -> writer, projector -> projector);
    org.awaitility.Awaitility.await()
        .until(
            () -> other.rooms.find(room).orElseThrow().projectedSeq() == other.history.head(room));
    assertEquals(
        List.of("find room_log", "find rooms", "find memberships"),
        other.trips(() -> other.reader.admit(room, BEN)));
  }

  @Test
  void aMembershipIsOneWriteAndOneForTheFeed() {
    UserFeeds feeds = new UserFeeds(sound.database, sound.bus);
    Projections projections =
        new Projections(sound.store, sound.rooms, sound.parts.events(), feeds, sound.cursors);
    List<String> one =
        List.of("update memberships", "aggregate memberships", "findAndModify user_feeds");
    UserId cleo = new UserId("cleo");
    sound.users.put(User.newBuilder().setId("cleo").setUsername("Cleo").setActive(true).build());
    LogEntry joins = entry(9, new Change.MemberAdded(cleo, Role.MEMBER));
    assertEquals(one, sound.trips(() -> projections.apply(joins)));
    LogEntry leaves = entry(10, new Change.MemberRemoved(cleo));
    assertEquals(one, sound.trips(() -> projections.apply(leaves)));
    // A newcomer is looked for first: another role is rare.
    LogEntry rises = entry(11, new Change.MemberAdded(ANA, Role.MODERATOR));
    assertEquals(4, sound.trips(() -> projections.apply(rises)).size());
  }

  private LogEntry entry(long seq, Change change) {
    return new LogEntry(
        room, seq, "r:" + seq, LogEntry.SYSTEM, 1, 0, 0, change, LogEntry.State.FRESH);
  }

  @Test
  void aFriendshipCostsFourTrips() {
    Friends friends = new Friends(sound.database, new UserFeeds(sound.database, sound.bus));
    List<String> expected =
        List.of(
            "update user_feeds",
            "update friendships",
            "findAndModify user_feeds",
            "findAndModify user_feeds");
    assertEquals(expected, sound.trips(() -> friends.add(ANA, BEN)));
    assertEquals(4, sound.trips(() -> friends.remove(ANA, BEN)).size());
  }
}
