package parley.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.proto.bus.UserFeedEntry;
import parley.proto.chat.Room;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.Authenticated;

/// Where a user's presence is told.
@Timeout(30)
class BelongingTest {

  private static final RoomId GROUP = new RoomId("group");
  private static final RoomId LARGE = new RoomId("large");
  private static final RoomId OPEN = new RoomId("open");

  private static final Belonging SIGNED_IN =
      Belonging.NOWHERE.as(
          Authenticated.newBuilder()
              .addRooms(Room.newBuilder().setId("group"))
              .addRooms(Room.newBuilder().setId("large"))
              .addLargeRoomIds("large")
              .addFriendIds("ben")
              .build());

  @Test
  void largeRoomsAreLeftOutAndStillKnown() {
    assertEquals(Set.of(GROUP), SIGNED_IN.rooms());
    assertTrue(SIGNED_IN.isMember(LARGE));
    assertEquals(List.of("ben"), SIGNED_IN.audience().getFriendIdsList());
  }

  @Test
  void anOpenRoomCountsWhileOneIsInItAndAMembershipWhetherOneIsInOrNot() {
    Belonging inside = SIGNED_IN.entered(GROUP).entered(OPEN);
    assertEquals(Set.of(GROUP, OPEN), inside.rooms());
    assertEquals(Set.of(GROUP), inside.left(OPEN).left(GROUP).rooms());
    assertEquals(Set.of(OPEN, GROUP), inside.noMember(GROUP).rooms(), "the room ends the stay");
    assertEquals(Set.of(OPEN), inside.noMember(GROUP).left(GROUP).rooms());
  }

  @Test
  void whatCoreSaysAnewKeepsWhereTheSessionIsAndWhomItWatches() {
    UserId watched = new UserId("dan");
    Belonging anew =
        SIGNED_IN
            .entered(OPEN)
            .watching(Set.of(watched))
            .anew(List.of(membership("other", false), membership("huge", true)), List.of("cleo"));
    assertEquals(Set.of(OPEN, new RoomId("other")), anew.rooms());
    assertTrue(anew.isMember(new RoomId("huge")));
    assertFalse(anew.isMember(GROUP));
    assertEquals(List.of("cleo"), anew.friends());
    assertEquals(Set.of(watched), anew.watched());
  }

  private static UserFeedEntry membership(String room, boolean large) {
    return UserFeedEntry.newBuilder()
        .setMembership(RoomEvent.newBuilder().setRoomId(room))
        .setLarge(large)
        .build();
  }

  @Test
  void aRoomThatGrewLargeIsToldOfNoMore() {
    Belonging grown = SIGNED_IN.member(GROUP, true);
    assertEquals(Set.of(), grown.rooms());
    assertTrue(grown.isMember(GROUP));
  }

  @Test
  void atMostTwoHundredRoomsAreTold() {
    Belonging many = SIGNED_IN;
    for (int i = 0; i < 250; i++) {
      many = many.member(new RoomId("r" + i), false);
    }
    assertEquals(200, many.rooms().size());
    assertEquals(200, many.audience().getRoomIdsCount());
  }

  @Test
  void aChangeIsAnotherValueAndTheFormerStaysAsItWas() {
    Belonging changed = SIGNED_IN.member(OPEN, false).friends(List.of());
    assertEquals(Set.of(GROUP), SIGNED_IN.rooms());
    assertEquals(List.of("ben"), SIGNED_IN.friends());
    assertEquals(Set.of(GROUP, OPEN), changed.rooms());
  }
}
