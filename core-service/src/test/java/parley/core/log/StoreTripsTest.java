package parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.core.friend.Friends;
import parley.core.room.Projected;
import parley.core.room.RoomReader;
import parley.core.user.UserFeeds;
import parley.proto.chat.Role;

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
        new Projections(sound.store, sound.rooms, sound.parts.events(), feeds);
    LogEntry entry =
        new LogEntry(
            room,
            9,
            "r:nine",
            LogEntry.SYSTEM,
            1,
            0,
            0,
            new Change.MemberAdded(ANA, Role.MODERATOR),
            LogEntry.State.FRESH);
    assertEquals(
        List.of("update memberships", "aggregate memberships", "findAndModify user_feeds"),
        sound.trips(() -> projections.apply(entry)));
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
