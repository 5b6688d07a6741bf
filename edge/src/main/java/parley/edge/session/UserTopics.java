package parley.edge.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.upstream.CoreClient;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.ReadBelonging;
import parley.proto.relay.Request;

/// The users with connections here, each followed on the bus (the `user:{id}` room of R1.7): what
/// is said to a user reaches all its connections.
public final class UserTopics {

  private final BusSubscriber bus;
  private final RoomPackets packets;
  private final CoreClient core;
  private final Sharing sharing;
  private final Recoveries recoveries;
  private final Map<UserId, Set<ChatSession>> sessions = new ConcurrentHashMap<>();

  public UserTopics(
      BusSubscriber bus,
      RoomPackets packets,
      CoreClient core,
      Sharing sharing,
      Recoveries recoveries) {
    this.bus = bus;
    this.packets = packets;
    this.core = core;
    this.sharing = sharing;
    this.recoveries = recoveries;
  }

  void add(ChatSession session) {
    sessions.compute(
        session.userId(),
        (user, present) -> {
          if (present != null) {
            present.add(session);
            return present;
          }
          Set<ChatSession> first = ConcurrentHashMap.newKeySet(1);
          first.add(session);
          bus.follow(new Topic.User(user.value()), new Listener(user));
          return first;
        });
  }

  void remove(ChatSession session) {
    sessions.computeIfPresent(
        session.userId(),
        (user, present) -> {
          present.remove(session);
          if (!present.isEmpty()) {
            return present;
          }
          bus.unfollow(new Topic.User(user.value()));
          return null;
        });
  }

  private void tell(UserId user, BusEvent event) {
    Set<ChatSession> theirs = sessions.getOrDefault(user, Set.of());
    switch (event.getKindCase()) {
      case ROOM_EVENT -> theirs.forEach(session -> membership(session, event));
      case READ -> {
        Packet packet = packets.presence().read(event.getRead());
        theirs.forEach(session -> session.send(packet));
      }
      case CONNECTION_TAKEN -> recoveries.taken(event.getConnectionTaken().getPid());
      case FRIENDS_CHANGED -> theirs.forEach(this::friendsChanged);
      default -> {} // for rooms, or for all
    }
  }

  private void membership(ChatSession session, BusEvent event) {
    RoomEvent entry = event.getRoomEvent();
    RoomId room = new RoomId(entry.getRoomId());
    sharing.membership(session, room, entry.hasMemberAdded());
    Packet packet = entry.hasMemberAdded() ? packets.of(entry) : null;
    // Connections that are in the room hear it there.
    if (packet != null && !session.rooms().contains(room)) {
      session.send(packet);
    }
  }

  /// The user's friends are others now.
  private void friendsChanged(ChatSession session) {
    core.request(
        session.userId().value(),
        Request.newBuilder()
            .setReadBelonging(ReadBelonging.newBuilder().setUserId(session.userId().value())),
        reply -> {
          if (reply.hasAuthenticated() && !session.ended()) {
            sharing.replace(session, reply.getAuthenticated());
          }
        });
  }

  /// What is said to users is rare and small: it is handled on the bus's thread.
  private final class Listener implements TopicListener {
    private final UserId user;

    Listener(UserId user) {
      this.user = user;
    }

    @Override
    public void event(byte[] payload) {
      try {
        tell(user, BusEvent.parseFrom(payload));
      } catch (InvalidProtocolBufferException e) {
        // no publication of ours
      }
    }

    @Override
    public void begun(long epoch) {}

    @Override
    public void broken() {}
  }
}
