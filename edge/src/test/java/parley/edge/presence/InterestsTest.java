package parley.edge.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.room.Member;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;

/// Each connection hears of a user once, for whatever reason it does.
@Timeout(30)
class InterestsTest {

  private static final RoomId ROOM = new RoomId("room");
  private static final RoomId OTHER = new RoomId("other");
  private static final UserId ANA = new UserId("ana");

  private final Member ana = new Connection(ANA, "ana-1");
  private final Member anaToo = new Connection(ANA, "ana-2");
  private final Member ben = new Connection(new UserId("ben"), "ben-1");
  private final Member cleo = new Connection(new UserId("cleo"), "cleo-1");

  private record Connection(UserId userId, String id) implements Member {
    @Override
    public boolean send(Packet packet) {
      return true;
    }
  }

  private static Set<String> concerned(Interests interests, Audience.Builder audience) {
    return interests
        .of(
            PresenceChange.newBuilder()
                .setPresence(UserPresence.newBuilder().setUserId(ANA.value()))
                .setAudience(audience)
                .build())
        .stream()
        .map(Member::id)
        .collect(Collectors.toSet());
  }

  private Interests of(boolean everybody) {
    Interests interests = new Interests(everybody);
    List.of(ana, anaToo, ben, cleo).forEach(interests::add);
    return interests;
  }

  @Test
  void membersOfRoomsFriendsAndWatchersHearAndTheUserDoesNot() {
    Interests interests = of(false);
    interests.share(ana, ROOM);
    interests.share(ben, ROOM);
    interests.watch(cleo, ANA, () -> true);
    assertEquals(
        Set.of("ben-1", "cleo-1"),
        concerned(
            interests,
            Audience.newBuilder().addRoomIds("room").addRoomIds("other").addFriendIds("ben")));
    interests.unwatch(cleo, ANA);
    interests.unshare(ben, ROOM);
    assertEquals(Set.of(), concerned(interests, Audience.newBuilder().addRoomIds("room")));
    assertEquals(Set.of("ben-1"), concerned(interests, Audience.newBuilder().addFriendIds("ben")));
  }

  @Test
  void whereAllHearOfAllNobodyHearsOfThemselves() {
    assertEquals(Set.of("ben-1", "cleo-1"), concerned(of(true), Audience.newBuilder()));
  }

  @Test
  void nothingIsLeftOfWhoIsGone() {
    Interests interests = of(false);
    for (Member member : List.of(ana, anaToo, ben, cleo)) {
      interests.share(member, ROOM);
      interests.share(member, OTHER);
      interests.watch(member, ANA, () -> true);
    }
    for (Member member : List.of(ana, anaToo, ben, cleo)) {
      assertFalse(interests.isEmpty());
      interests.remove(member, Set.of(ROOM, OTHER), Set.of(ANA));
    }
    assertTrue(interests.isEmpty());
  }
}
