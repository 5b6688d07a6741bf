package parley.edge.room;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.proto.bus.BusEvent;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.Message;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.Heads;
import parley.proto.relay.LogPage;
import parley.proto.relay.RoomHead;

/// A room under everything that a bus may do to it.
@Timeout(30)
class LocalRoomTest {

  private static final RoomId ROOM = new RoomId("r");

  /// Core's log, which may be slow or away.
  private final class Log implements RoomSource {
    final List<RoomEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    final List<Runnable> delayed = new CopyOnWriteArrayList<>();
    volatile boolean slow;
    volatile boolean away;
    volatile long floor;

    @Override
    public void read(RoomId room, long since, long upTo, int limit, Consumer<LogPage> answer) {
      reads.incrementAndGet();
      LogPage.Builder page = LogPage.newBuilder().setHead(events.size()).setFloor(floor);
      long last = upTo == 0 ? events.size() : Math.min(upTo, events.size());
      for (long seq = since + 1; seq <= last && page.getEventsCount() < limit; seq++) {
        page.addEvents(events.get((int) seq - 1));
      }
      LogPage result = away ? null : page.build();
      if (slow) {
        delayed.add(() -> answer.accept(result));
      } else {
        answer.accept(result);
      }
    }
  }

  /// A connection that writes down the positions and events it gets.
  private static final class Client implements Occupant, Joining {
    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");
    final UserId user;
    final List<Long> seen = new CopyOnWriteArrayList<>();
    final List<byte[]> frames = new CopyOnWriteArrayList<>();
    final List<String> words = new CopyOnWriteArrayList<>();
    final long since;
    volatile boolean in;
    volatile long permitted = Long.MAX_VALUE;
    volatile Runnable beforeDelivery = () -> {};

    Client(String user, long since) {
      this.user = new UserId(user);
      this.since = since;
    }

    @Override
    public UserId userId() {
      return user;
    }

    @Override
    public String id() {
      return "connection-of-" + user;
    }

    @Override
    public boolean deliver(long seq, Packet packet) {
      beforeDelivery.run();
      return send(packet);
    }

    @Override
    public boolean send(Packet packet) {
      frames.add(packet.frames());
      String text = new String(packet.frames(), StandardCharsets.UTF_8);
      Matcher seq = SEQ.matcher(text);
      if (seq.find()) {
        seen.add(Long.parseLong(seq.group(1)));
      } else {
        words.add(text);
      }
      return true;
    }

    @Override
    public long permitted() {
      return permitted;
    }

    @Override
    public void permit(long seq) {
      permitted = Math.max(permitted, seq);
    }

    @Override
    public boolean removed(long seq) {
      if (permitted < seq) {
        words.add("removed");
        return true;
      }
      return false;
    }

    @Override
    public void dropped() {
      words.add("dropped");
    }

    @Override
    public boolean over() {
      return false;
    }

    @Override
    public Occupant member() {
      return this;
    }

    @Override
    public long since() {
      return since;
    }

    @Override
    public void joined(long seq, List<RoomEvent> missed) {
      missed.forEach(event -> seen.add(event.getSeq()));
      words.add("joined " + seq);
      in = true;
    }

    @Override
    public void partOf(long head, List<RoomEvent> missed, boolean in) {
      missed.forEach(event -> seen.add(event.getSeq()));
      words.add("part of " + head);
      this.in = true;
    }

    @Override
    public void reset(long floor, long head) {
      words.add("reset " + floor + " " + head);
      in = true;
    }

    @Override
    public void refused(Refusal why, boolean in) {
      words.add("refused " + why);
      this.in = true;
    }
  }

  private final InMemoryBus bus = new InMemoryBus();
  private final BusSubscriber subscriber = bus.subscriber();
  private final RoomThreads threads = new RoomThreads(2);
  private final Log log = new Log();
  private final LocalRooms rooms =
      new LocalRooms(subscriber, threads, log, new RoomPackets(new Payloads(true)));

  @AfterEach
  void stop() {
    threads.close();
    bus.close();
  }

  private RoomEvent append(String content) {
    RoomEvent event =
        RoomEvent.newBuilder()
            .setRoomId(ROOM.value())
            .setSeq(log.events.size() + 1)
            .setMessage(
                Message.newBuilder()
                    .setId("id")
                    .setRoomId(ROOM.value())
                    .setSeq(log.events.size() + 1)
                    .setContent(content))
            .build();
    log.events.add(event);
    return event;
  }

  private void publish(RoomEvent event) {
    bus.publish(
        new Topic.Room(ROOM.value()),
        BusEvent.newBuilder().setRoomEvent(event).build().toByteArray());
  }

  private Client join(String user, long since) {
    Client client = new Client(user, since);
    rooms.attach(ROOM, client);
    await().until(() -> client.in);
    return client;
  }

  private static List<Long> range(long from, long to) {
    List<Long> range = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      range.add(i);
    }
    return range;
  }

  @Test
  void whoJoinsFromNowGetsWhatComesAfter() {
    append("old");
    Client ana = join("ana", Joining.FROM_NOW);
    assertEquals(List.of("joined 1"), ana.words);
    publish(append("new"));
    await().until(() -> ana.seen.equals(List.of(2L)));
  }

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
  void whoComesBackGetsExactlyWhatWasMissedThenWhatIsLive() {
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    Client ana = join("ana", 4);
    assertEquals(range(5, 10), ana.seen);
    publish(append("live"));
    await().until(() -> ana.seen.equals(range(5, 11)));
  }

  @Test
  void whatHappensWhileThePastIsReadIsHeldAndFollowsIt() {
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    Client here = join("ben", Joining.FROM_NOW);
    log.slow = true;
    Client ana = new Client("ana", 4);
    rooms.attach(ROOM, ana);
    await().until(() -> log.delayed.size() == 1);
    publish(append("meanwhile"));
    await().until(() -> here.seen.equals(List.of(11L)));
    assertEquals(List.of(), ana.seen, "no live event before the reply");
    log.slow = false;
    log.delayed.removeFirst().run();
    await().until(() -> ana.in);
    publish(append("after"));
    await().until(() -> ana.seen.equals(range(5, 12)));
  }

  @Test
  void moreThanAPageComesInParts() {
    for (int i = 0; i < 450; i++) {
      append("m" + i);
    }
    Client first = join("ana", 0);
    assertEquals(range(1, 200), first.seen);
    assertEquals(List.of("part of 450"), first.words);
    Client second = join("ana", 200);
    assertEquals(range(201, 400), second.seen);
    Client third = join("ana", 400);
    assertEquals(range(401, 450), third.seen);
    assertEquals(List.of("joined 450"), third.words);
    publish(append("live"));
    await().until(() -> third.seen.size() == 51);
    assertEquals(200, first.seen.size(), "who has a part only is not in yet");
  }

  @Test
  void positionsBeyondTheHeadOrBelowTheFloorReset() {
    append("m");
    assertEquals(List.of("reset 0 1"), join("ana", 7).words);
    for (int i = 0; i < 10; i++) {
      append("m" + i);
    }
    rooms.askAll();
    Client here = join("cleo", Joining.FROM_NOW);
    await().until(() -> here.in);
    log.floor = 5;
    Client below = join("ben", 2);
    assertEquals(List.of("reset 5 11"), below.words);
  }

  @Test
  void aRemovedMemberIsPutOutAtThatVeryPosition() {
    Client ana = join("ana", Joining.FROM_NOW);
    ana.permitted = 0;
    Client ben = join("ben", Joining.FROM_NOW);
    publish(append("both"));
    RoomEvent removal =
        RoomEvent.newBuilder()
            .setRoomId(ROOM.value())
            .setSeq(2)
            .setMemberRemoved(MemberRemoved.newBuilder().setUserId("ana"))
            .build();
    log.events.add(removal);
    publish(removal);
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
  void askingAgainFromWithinTheRoomRepeatsNothingThatIsLive() {
    for (int i = 0; i < 5; i++) {
      append("m" + i);
    }
    Client ana = join("ana", 2);
    log.slow = true;
    rooms.attach(ROOM, ana);
    await().until(() -> log.delayed.size() == 1);
    publish(append("meanwhile"));
    await().until(() -> ana.seen.equals(List.of(3L, 4L, 5L, 6L)));
    log.slow = false;
    log.delayed.removeFirst().run();
    await().until(() -> ana.words.size() == 2);
    publish(append("after"));
    await().until(() -> ana.seen.size() == 8);
    assertEquals(
        List.of(3L, 4L, 5L, 6L, 3L, 4L, 5L, 7L), ana.seen, "what was asked for, and 7 once");
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
            new BusSubscriber() {
              @Override
              public void follow(Topic topic, TopicListener listener) {}

              @Override
              public void unfollow(Topic topic) {}

              @Override
              public boolean connected() {
                return false;
              }

              @Override
              public void close() {}
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

  /// Each in a turn of its own, so that they meet in every order.
  @Test
  void whoIsRemovedBeforeEnteringHearsNothing() {
    Client ben = join("ben", Joining.FROM_NOW);
    publish(append("both"));
    RoomEvent removal =
        RoomEvent.newBuilder()
            .setRoomId(ROOM.value())
            .setSeq(2)
            .setMemberRemoved(MemberRemoved.newBuilder().setUserId("ana"))
            .build();
    log.events.add(removal);
    publish(removal);
    publish(append("only ben"));
    await().until(() -> ben.seen.equals(List.of(1L, 2L, 3L)));
    Client ana = new Client("ana", 0);
    ana.permitted = 1;
    rooms.attach(ROOM, ana);
    await().until(() -> ana.in);
    publish(append("later"));
    await().until(() -> ben.seen.size() == 4);
    assertEquals(List.of("refused REMOVED"), ana.words);
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

  /// A room that is given up lets nobody slip in behind its end. Turn by turn.
  @Test
  void whoComesAndGoesWhileARoomIsGivenUpIsNotLeftIn() {
    List<LocalRoom> made = new ArrayList<>();
    BusSubscriber capturing =
        new BusSubscriber() {
          @Override
          public void follow(Topic topic, TopicListener listener) {
            made.add((LocalRoom) listener);
          }

          @Override
          public void unfollow(Topic topic) {}

          @Override
          public boolean connected() {
            return true;
          }

          @Override
          public void close() {}
        };
    try (RoomThreads none = new RoomThreads(0)) {
      LocalRooms few = new LocalRooms(capturing, none, log, new RoomPackets(new Payloads(true)));
      Client first = new Client("first", Joining.FROM_NOW);
      few.attach(ROOM, first);
      made.getFirst().begun(1);
      work(made);
      assertTrue(first.in);
      few.detach(ROOM, first);
      work(made);
      few.retireEmpty(0);
      Client ana = new Client("ana", Joining.FROM_NOW);
      few.attach(ROOM, ana);
      few.detach(ROOM, ana);
      work(made);
      Client witness = new Client("witness", Joining.FROM_NOW);
      few.attach(ROOM, witness);
      made.getLast().begun(1);
      work(made);
      made.getLast().event(BusEvent.newBuilder().setRoomEvent(append("new")).build().toByteArray());
      work(made);
      assertEquals(List.of(1L), witness.seen);
      assertEquals(List.of(), ana.seen);
    }
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
        assertTrue(rooms.isBehind(ROOM, 1), client.user + " is in a room that nobody follows");
        rooms.detach(ROOM, client);
      }
    } finally {
      over.set(true);
      sweeper.join();
    }
  }

  private static void work(List<LocalRoom> rooms) {
    for (int i = 0; i < 20; i++) {
      for (LocalRoom room : List.copyOf(rooms)) {
        room.turn();
        room.afterTurn();
      }
    }
  }
}
