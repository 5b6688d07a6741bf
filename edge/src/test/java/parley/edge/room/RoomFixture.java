package parley.edge.room;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.Payloads;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.memory.InMemoryBus;
import parley.proto.bus.BusEvent;
import parley.proto.chat.MemberRemoved;
import parley.proto.chat.Message;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.LogPage;

/// A room over a bus that a test speaks on, with a log in memory for core.
@Timeout(30)
abstract class RoomFixture {

  static final RoomId ROOM = new RoomId("r");

  /// Core's log, which may be slow or away.
  final class Log implements RoomSource {
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
  static final class Client extends Visitor {
    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");
    final List<Long> seen = new CopyOnWriteArrayList<>();
    final List<byte[]> frames = new CopyOnWriteArrayList<>();
    final List<String> words = new CopyOnWriteArrayList<>();
    volatile boolean in;
    volatile Runnable beforeDelivery = () -> {};

    Client(String user, long since) {
      super(user, since, Long.MAX_VALUE);
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

  final InMemoryBus bus = new InMemoryBus();
  final BusSubscriber subscriber = bus.subscriber();
  final RoomThreads threads = new RoomThreads(2);
  final Log log = new Log();
  final LocalRooms rooms =
      new LocalRooms(subscriber, threads, log, new RoomPackets(new Payloads(true)));

  @AfterEach
  void stop() {
    threads.close();
    bus.close();
  }

  RoomEvent append(String content) {
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

  RoomEvent appendRemoval(String user) {
    RoomEvent event =
        RoomEvent.newBuilder()
            .setRoomId(ROOM.value())
            .setSeq(log.events.size() + 1)
            .setMemberRemoved(MemberRemoved.newBuilder().setUserId(user))
            .build();
    log.events.add(event);
    return event;
  }

  void publish(RoomEvent event) {
    bus.publish(
        new Topic.Room(ROOM.value()),
        BusEvent.newBuilder().setRoomEvent(event).build().toByteArray());
  }

  Client join(String user, long since) {
    Client client = new Client(user, since);
    rooms.attach(ROOM, client);
    await().until(() -> client.in);
    return client;
  }

  static List<Long> range(long from, long to) {
    List<Long> range = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      range.add(i);
    }
    return range;
  }

  static void work(List<LocalRoom> rooms) {
    for (int i = 0; i < 20; i++) {
      for (LocalRoom room : List.copyOf(rooms)) {
        room.turn();
        room.afterTurn();
      }
    }
  }
}
