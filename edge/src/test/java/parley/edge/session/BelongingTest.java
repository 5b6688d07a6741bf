package parley.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.proto.chat.Room;
import parley.proto.relay.Authenticated;

/// Where a user's presence is told.
@Timeout(30)
class BelongingTest {

  private static final RoomId GROUP = new RoomId("group");
  private static final RoomId LARGE = new RoomId("large");
  private static final RoomId OPEN = new RoomId("open");

  private final Belonging belonging = new Belonging();

  private void say(String... friends) {
    belonging.are(
        Authenticated.newBuilder()
            .addRooms(Room.newBuilder().setId("group"))
            .addRooms(Room.newBuilder().setId("large"))
            .addLargeRoomIds("large")
            .addAllFriendIds(List.of(friends))
            .build());
  }

  @Test
  void largeRoomsAreLeftOut() {
    say();
    assertEquals(Set.of(GROUP), Set.copyOf(belonging.rooms()));
  }

  @Test
  void anOpenRoomCountsWhileOneIsInItAndAMembershipWhetherOneIsInOrNot() {
    say();
    assertFalse(belonging.enter(GROUP), "it belongs there anyway");
    assertTrue(belonging.enter(OPEN));
    assertFalse(belonging.leave(GROUP));
    assertTrue(belonging.leave(OPEN));
    assertEquals(Set.of(GROUP), Set.copyOf(belonging.rooms()));
  }

  @Test
  void whatCoreSaysAnewKeepsTheOpenRoomsThatOneIsIn() {
    say();
    belonging.enter(OPEN);
    say("ben");
    assertEquals(Set.of(GROUP, OPEN), Set.copyOf(belonging.rooms()));
    assertEquals(List.of("ben"), belonging.audience().getFriendIdsList());
    assertTrue(belonging.leave(OPEN));
    assertFalse(belonging.rooms().contains(LARGE));
  }
}
