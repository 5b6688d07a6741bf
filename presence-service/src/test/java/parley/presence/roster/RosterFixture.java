package parley.presence.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import parley.contract.EdgeId;
import parley.contract.RoomId;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.fanout.memory.InMemoryBus;
import parley.presence.RedisFixture;
import parley.proto.bus.BusEvent;
import parley.proto.presence.PresenceChange;
import parley.proto.presence.Status;
import parley.proto.presence.UserPresence;

/// One presence node over a Redis of its own, and what it tells.
@Timeout(30)
abstract class RosterFixture extends RedisFixture {

  static final long GRACE_MILLIS = 100;

  InMemoryBus bus;
  PresenceNode node;
  Roster roster;
  final List<PresenceChange> changes = new CopyOnWriteArrayList<>();
  final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    bus = new InMemoryBus();
    node = new PresenceNode(redis, bus, GRACE_MILLIS);
    roster = node.roster;
    follow(
        new Topic.Room("r"),
        event ->
            told.add(
                event.hasUserJoined()
                    ? "+" + event.getUserJoined().getUser().getId()
                    : "-" + event.getUserLeft().getUserId()));
    follow(new Topic.All(), event -> changes.addAll(event.getPresence().getChangesList()));
  }

  /// Blocks until it hears the topic.
  private void follow(Topic topic, Consumer<BusEvent> listener) {
    AtomicBoolean begun = new AtomicBoolean();
    bus.subscriber()
        .follow(
            topic,
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  listener.accept(BusEvent.parseFrom(payload));
                } catch (InvalidProtocolBufferException e) {
                  told.add("?" + new String(payload, UTF_8));
                }
              }

              @Override
              public void begun(long epoch) {
                begun.set(true);
              }

              @Override
              public void broken() {}
            });
    await().untilTrue(begun);
  }

  @AfterEach
  void close() {
    node.close();
    bus.close();
  }

  static final EdgeId E1 = new EdgeId("e1");
  static final RoomId ROOM = new RoomId("r");

  void open(String edge, String connection, String user) {
    node.open(edge, connection, user);
  }

  void enter(String edge, String connection, String user) {
    node.enter(edge, connection, user);
  }

  void leave(String edge, String connection) {
    node.leave(edge, connection);
  }

  List<Status> statuses(String user) {
    return changes.stream()
        .map(PresenceChange::getPresence)
        .filter(presence -> presence.getUserId().equals(user))
        .map(UserPresence::getStatus)
        .toList();
  }

  static UserPresence strip(UserPresence presence, UserPresence like) {
    return presence.toBuilder().setVersion(like.getVersion()).build();
  }
}
