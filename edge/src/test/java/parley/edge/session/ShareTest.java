package parley.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.presence.Interests;
import parley.edge.room.Member;
import parley.proto.chat.Room;
import parley.proto.presence.Audience;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.UserPresence;
import parley.proto.relay.Authenticated;

/// Presence hears of a session from its sign-in to its end, and of nothing after that.
@Timeout(60)
class ShareTest {

  private static final RoomId GROUP = new RoomId("group");
  private static final RoomId OTHER = new RoomId("other");
  private static final UserId BEN = new UserId("ben");

  private static final Belonging SIGNED_IN =
      Belonging.NOWHERE.as(
          Authenticated.newBuilder().addRooms(Room.newBuilder().setId("group")).build());

  /// A connection of ana's.
  private record Connection(UserId userId, String id) implements Member {
    @Override
    public boolean send(Packet packet) {
      return true;
    }
  }

  private final Interests interests = new Interests(false);
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final Share share =
      new Share(
          new Connection(new UserId("ana"), "one"),
          interests,
          new Share.Reports() {
            @Override
            public void opened(Audience audience) {
              reports.add("opened " + audience.getRoomIdsList() + audience.getFriendIdsList());
            }

            @Override
            public void closed(Audience audience, Iterable<RoomId> rooms) {
              reports.add("closed " + audience.getRoomIdsList());
            }
          });

  /// Does the connection hear of a user who is in a room?
  private boolean hearsOf(UserId user, RoomId room) {
    return !interests
        .of(
            PresenceChange.newBuilder()
                .setPresence(UserPresence.newBuilder().setUserId(user.value()))
                .setAudience(Audience.newBuilder().addRoomIds(room.value()))
                .build())
        .isEmpty();
  }

  @Test
  void presenceHearsOfEveryChangeOfTheAudienceAndOfNoOther() {
    share.change(where -> where.friends(List.of("cleo"))); // before anybody knows of it
    share.arrive(SIGNED_IN);
    share.begin();
    share.change(where -> where.member(OTHER, false));
    share.change(where -> where.entered(GROUP));
    share.change(where -> where.watching(Set.of(BEN)));
    share.change(where -> where.friends(List.of("ben")));
    share.change(where -> where.noMember(OTHER));
    share.end(List.of());
    assertEquals(
        List.of(
            "opened [group][]",
            "opened [group, other][]",
            "opened [group, other][ben]",
            "opened [group][ben]",
            "closed [group]"),
        reports);
  }

  @Test
  void whatIsHeardOfFollowsWhereTheUserBelongs() {
    share.arrive(SIGNED_IN);
    assertTrue(interests.isEmpty());
    share.begin();
    share.change(where -> where.watching(Set.of(BEN)).entered(OTHER));
    assertTrue(hearsOf(new UserId("dan"), GROUP));
    assertTrue(hearsOf(new UserId("dan"), OTHER));
    assertFalse(hearsOf(BEN, new RoomId("elsewhere")), "a stranger is not shown");
    share.change(where -> where.friends(List.of("ben")));
    assertTrue(hearsOf(BEN, new RoomId("elsewhere")));
    share.change(where -> where.left(OTHER).watching(Set.of()));
    assertFalse(hearsOf(new UserId("dan"), OTHER));
    assertFalse(hearsOf(BEN, new RoomId("elsewhere")));
    share.end(List.of());
    assertTrue(interests.isEmpty());
  }

  @Test
  void afterTheEndNothingHappensAnyMore() {
    share.arrive(SIGNED_IN);
    share.begin();
    share.end(List.of(GROUP));
    share.end(List.of());
    share.begin();
    share.arrive(SIGNED_IN);
    share.change(where -> where.member(OTHER, false));
    assertEquals(List.of("opened [group][]", "closed [group]"), reports);
    assertTrue(interests.isEmpty());
  }

  @Test
  void whoEndsBeforeAnybodyHeardOfThemIsNotClosed() {
    share.end(List.of());
    share.arrive(SIGNED_IN);
    share.begin();
    assertEquals(List.of(), reports);
    assertTrue(interests.isEmpty());
  }

  /// The bus's thread, core's answers, the client's own requests and the end, all at once.
  @RepeatedTest(200)
  void whateverRacesWithTheEndPresenceHearsTheEndLast() throws Exception {
    share.arrive(SIGNED_IN);
    List<Consumer<Integer>> races =
        List.of(
            i -> share.change(where -> where.member(new RoomId("m" + i), false)),
            i -> share.change(where -> where.friends(List.of("f" + i))),
            i -> share.change(where -> where.watching(Set.of(new UserId("w" + i)))),
            i -> share.begin());
    CyclicBarrier together = new CyclicBarrier(races.size() + 1);
    List<Thread> threads = new ArrayList<>();
    for (Consumer<Integer> race : races) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    await(together);
                    for (int i = 0; i < 20; i++) {
                      race.accept(i);
                    }
                  }));
    }
    int endAfter = ThreadLocalRandom.current().nextInt(2_000);
    threads.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  await(together);
                  for (int i = 0; i < endAfter; i++) {
                    Thread.onSpinWait();
                  }
                  share.end(List.of());
                }));
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(reports.getLast().startsWith("closed"), reports::toString);
    assertEquals(1, reports.stream().filter(report -> report.startsWith("closed")).count());
    assertTrue(interests.isEmpty());
  }

  private static void await(CyclicBarrier together) {
    try {
      together.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
