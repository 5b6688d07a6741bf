package parley.presence.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
    List<Long> begun = new CopyOnWriteArrayList<>();
    bus.subscriber()
        .follow(
            new Topic.Room("r"),
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  BusEvent event = BusEvent.parseFrom(payload);
                  told.add(
                      event.hasUserJoined()
                          ? "+" + event.getUserJoined().getUser().getId()
                          : "-" + event.getUserLeft().getUserId());
                } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                  told.add("?" + new String(payload, UTF_8));
                }
              }

              @Override
              public void begun(long epoch) {
                begun.add(epoch);
              }

              @Override
              public void broken() {}
            });
    bus.subscriber()
        .follow(
            new Topic.All(),
            new TopicListener() {
              @Override
              public void event(byte[] payload) {
                try {
                  changes.addAll(BusEvent.parseFrom(payload).getPresence().getChangesList());
                } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                  told.add("?" + new String(payload, UTF_8));
                }
              }

              @Override
              public void begun(long epoch) {
                begun.add(epoch);
              }

              @Override
              public void broken() {}
            });
    await().until(() -> begun.size() == 2);
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
