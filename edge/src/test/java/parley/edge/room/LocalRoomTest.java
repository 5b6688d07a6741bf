package parley.edge.room;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import parley.edge.NoBus;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.Heads;
import parley.proto.relay.RoomHead;

/// A room under everything that a bus may do to it.
class LocalRoomTest extends RoomFixture {

  /// Or a ping behind it would prove too much.
  @Test
  void aPositionIsReachedWhenEverybodyWasOfferedIt() {
    Client ana = join("ana", Joining.FROM_NOW);
    List<Long> reached = new CopyOnWriteArrayList<>();
    ana.beforeDelivery = () -> reached.add(rooms.reached(ROOM));
    publish(append("one"));
    await().until(() -> rooms.reached(ROOM) == 1);
    publish(append("two"));
    await().until(() -> rooms.reached(ROOM) == 2);
    assertEquals(List.of(0L, 1L), reached);
  }

  @Test
  void whatTheBusRepeatsReordersAndLosesArrivesOnceInOrder() {
    Client ana = join("ana", Joining.FROM_NOW);
    List<RoomEvent> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      events.add(append("m" + i));
    }
    for (int i = 0; i < 40; i++) {
      if (i % 7 == 3) {
        continue; // lost
      }
      publish(events.get(i % 5 == 0 ? 39 - i : i)); // out of order
      publish(events.get(i)); // and again
    }
    await().untilAsserted(() -> assertEquals(range(1, 40), ana.seen));
  }

  @Test
  void aLostLastMessageIsFoundByWhatCoreSaysOfTheHead() {
    Client ana = join("ana", Joining.FROM_NOW);
    append("never published");
    rooms.headsTold(
        Heads.newBuilder()
            .addRooms(RoomHead.newBuilder().setRoomId(ROOM.value()).setSeq(1))
            .build());
    await().until(() -> ana.seen.equals(List.of(1L)));
  }

  /// MongoDB lost what core had told, or nobody closes the hole.
  @Test
  void whatCoreDoesNotHaveIsAskedForLessAndLessOften() {
    Client ana = join("ana", Joining.FROM_NOW);
    int before = log.reads.get();
    long began = System.nanoTime();
    rooms.headsTold(
        Heads.newBuilder()
            .addRooms(RoomHead.newBuilder().setRoomId(ROOM.value()).setSeq(5))
            .build());
    await().until(() -> log.reads.get() >= before + 6);
    assertTrue(System.nanoTime() - began >= 1_700_000_000L, "five pauses, of 250 ms to 1 s");
    publish(append("one"));
    await().until(() -> ana.seen.equals(List.of(1L)));
  }

  @Test
  void coreAwayForAWhileDelaysTheRepairOnly() {
    Client ana = join("ana", Joining.FROM_NOW);
    log.away = true;
    append("lost");
    publish(append("held"));
    int before = log.reads.get();
    await().until(() -> log.reads.get() > before + 1);
    assertEquals(List.of(), ana.seen);
    log.away = false;
    await().until(() -> ana.seen.equals(List.of(1L, 2L)));
  }

  @Test
  void aRemovedMemberIsPutOutAtThatVeryPosition() {
    Client ana = join("ana", Joining.FROM_NOW);
    ana.permitted = 0;
    Client ben = join("ben", Joining.FROM_NOW);
    publish(append("both"));
    publish(appendRemoval("ana"));
    publish(append("only ben"));
    await().until(() -> ben.seen.equals(List.of(1L, 2L, 3L)));
    assertEquals(List.of(1L), ana.seen);
    assertTrue(ana.words.contains("removed"));
  }

  @Test
  void aHugeRoomIsDeliveredInSlicesAndEverybodyGetsAllInOrder() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      Client client = new Client("u" + i, Joining.FROM_NOW);
      rooms.attach(ROOM, client);
      clients.add(client);
    }
    await().until(() -> clients.stream().allMatch(c -> c.in));
    for (int i = 0; i < 20; i++) {
      publish(append("m" + i));
    }
    await()
        .untilAsserted(
            () ->
                assertNull(
                    clients.stream()
                        .filter(c -> !c.seen.equals(range(1, 20)))
                        .findAny()
                        .orElse(null)));
  }

  @Test
  void anEventIsEncodedOnceForAThousandSockets() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Client client = new Client("u" + i, Joining.FROM_NOW);
      rooms.attach(ROOM, client);
      clients.add(client);
    }
    await().until(() -> clients.stream().allMatch(c -> c.in));
    publish(append("m"));
    await().until(() -> clients.stream().allMatch(c -> c.frames.size() == 1));
    byte[] frame = clients.getFirst().frames.getFirst();
    assertTrue(clients.stream().allMatch(c -> c.frames.getFirst() == frame), "the same bytes");
  }

  @Test
  void withTheBusAwayRoomsBeginAndGoOnByWhatCoreTells() {
    LocalRooms deaf =
        new LocalRooms(
            new NoBus() {
              @Override
              public boolean connected() {
                return false;
              }
            },
            threads,
            log,
            new RoomPackets(new Payloads(true)));
    append("old");
    Client ana = new Client("ana", 0);
    deaf.attach(ROOM, ana);
    await().until(() -> ana.in);
    append("new");
    deaf.headsTold(
        Heads.newBuilder()
            .addRooms(RoomHead.newBuilder().setRoomId(ROOM.value()).setSeq(2))
            .build());
    await().until(() -> ana.seen.equals(List.of(1L, 2L)));
  }

  @Test
  void whoLeftHearsNothingMore() {
    Client ana = join("ana", Joining.FROM_NOW);
    Client ben = join("ben", Joining.FROM_NOW);
    rooms.detach(ROOM, ana);
    publish(append("m"));
    await().until(() -> ben.seen.equals(List.of(1L)));
    assertEquals(List.of(), ana.seen);
  }

  @Test
  void aHeadToldWhileAPageIsOnItsWayIsFetchedToo() {
    append("one");
    Client ana = join("ana", Joining.FROM_NOW);
    log.slow = true;
    rooms.askAll();
    await().until(() -> log.delayed.size() == 1); // was read at 1
    append("never published");
    rooms.headsTold(
        Heads.newBuilder()
            .addRooms(RoomHead.newBuilder().setRoomId(ROOM.value()).setSeq(2))
            .build());
    log.slow = false;
    log.delayed.removeFirst().run();
    await().until(() -> ana.seen.equals(List.of(2L)));
  }

  @Test
  void whoThrowsDoesNotHoldUpTheRoom() {
    Client broken = join("ana", Joining.FROM_NOW);
    Client ben = join("ben", Joining.FROM_NOW);
    broken.beforeDelivery =
        () -> {
          throw new IllegalStateException("broken");
        };
    publish(append("one"));
    publish(append("two"));
    await().until(() -> ben.seen.equals(List.of(1L, 2L)));
    assertTrue(broken.words.contains("dropped"));
  }

  /// The same by threads, many times: whoever is in is in a room that is followed.
  @Test
  void whoEntersWhileARoomIsGivenUpIsInOneThatIsFollowed() throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread sweeper =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    rooms.retireEmpty(0);
                  }
                });
    try {
      for (int i = 0; i < 1_000; i++) {
        Client client = new Client("client-" + i, Joining.FROM_NOW);
        rooms.attach(ROOM, client);
        while (!client.in) {
          Thread.onSpinWait();
        }
        assertTrue(rooms.isBehind(ROOM, 1), client.name + " is in a room that nobody follows");
        rooms.detach(ROOM, client);
      }
    } finally {
      over.set(true);
      sweeper.join();
    }
  }
}
