package parley.edge.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.vocabulary.RoomPackets;
import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;

/// The users with connections here, each followed on the bus (the `user:{id}` room of R1.7): what
/// is said to a user reaches all its connections.
public final class UserTopics {

  private final BusSubscriber bus;
  private final RoomPackets packets;
  private final Map<UserId, Set<ChatSession>> sessions = new ConcurrentHashMap<>();

  public UserTopics(BusSubscriber bus, RoomPackets packets) {
    this.bus = bus;
    this.packets = packets;
  }

  /// @param owner hears of memberships and friendships
  void add(ChatSession session, Sessions owner) {
    sessions.compute(
        session.userId(),
        (user, present) -> {
          if (present != null) {
            present.add(session);
            return present;
          }
          Set<ChatSession> first = ConcurrentHashMap.newKeySet(1);
          first.add(session);
          bus.follow(new Topic.User(user.value()), new Listener(user, owner));
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

  private void tell(UserId user, BusEvent event, Sessions owner) {
    Set<ChatSession> theirs = sessions.getOrDefault(user, Set.of());
    switch (event.getKindCase()) {
      case ROOM_EVENT -> theirs.forEach(session -> membership(session, event, owner));
      case READ -> {
        Packet packet = packets.presence().read(event.getRead());
        theirs.forEach(session -> session.send(packet));
      }
      case CONNECTION_TAKEN -> owner.recoveries().taken(event.getConnectionTaken().getPid());
      case FRIENDS_CHANGED -> theirs.forEach(owner::friendsChanged);
      default -> {} // for rooms, or for all
    }
  }

  private void membership(ChatSession session, BusEvent event, Sessions owner) {
    RoomEvent entry = event.getRoomEvent();
    RoomId room = new RoomId(entry.getRoomId());
    owner.membershipChanged(session, room, entry.hasMemberAdded());
    Packet packet = entry.hasMemberAdded() ? packets.of(entry) : null;
    // Connections that are in the room hear it there.
    if (packet != null && !session.rooms().contains(room)) {
      session.send(packet);
    }
  }

  /// What is said to users is rare and small: it is handled on the bus's thread.
  private final class Listener implements TopicListener {
    private final UserId user;
    private final Sessions owner;

    Listener(UserId user, Sessions owner) {
      this.user = user;
      this.owner = owner;
    }

    @Override
    public void event(byte[] payload) {
      try {
        tell(user, BusEvent.parseFrom(payload), owner);
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
