package parley.core.relay;

import com.google.protobuf.UnsafeByteOperations;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import parley.fanout.BusPublisher;
import parley.fanout.Topic;
import parley.proto.relay.Following;
import parley.proto.relay.Publication;

/// Carries the events of rooms to the edges that follow them, on the streams that are there
/// already, and everything else by the bus. Safe for any thread; nothing blocks.
public final class Followers implements BusPublisher {

  private final BusPublisher bus;
  private final Map<String, Set<EdgeStream>> byRoom = new ConcurrentHashMap<>();

  /// @param bus for what is not of rooms; it is closed with this
  public Followers(BusPublisher bus) {
    this.bus = bus;
  }

  void following(EdgeStream stream, Following following) {
    if (following.getAnew()) {
      gone(stream);
    }
    following.getRoomIdsList().forEach(room -> follow(stream, room));
    following.getLeftRoomIdsList().forEach(room -> leave(stream, room));
    if (stream.ended()) {
      gone(stream); // it ended meanwhile, and will not do so again
    }
  }

  /// How many streams a room is followed on.
  int following(String room) {
    return byRoom.getOrDefault(room, Set.of()).size();
  }

  private void follow(EdgeStream stream, String room) {
    stream.followed().add(room);
    byRoom.compute(
        room,
        (id, known) -> {
          Set<EdgeStream> streams = known == null ? ConcurrentHashMap.newKeySet(2) : known;
          streams.add(stream);
          return streams;
        });
  }

  private void leave(EdgeStream stream, String room) {
    stream.followed().remove(room);
    byRoom.computeIfPresent(
        room,
        (id, streams) -> {
          streams.remove(stream);
          return streams.isEmpty() ? null : streams;
        });
  }

  /// The stream is over, or begins anew.
  void gone(EdgeStream stream) {
    Set.copyOf(stream.followed()).forEach(room -> leave(stream, room));
  }

  @Override
  public boolean publish(Topic topic, byte[] payload) {
    if (!(topic instanceof Topic.Room(String room))) {
      return bus.publish(topic, payload);
    }
    Set<EdgeStream> streams = byRoom.get(room);
    if (streams != null) {
      Publication publication =
          Publication.newBuilder()
              .setRoomId(room)
              .setEvent(UnsafeByteOperations.unsafeWrap(payload))
              .build();
      streams.forEach(stream -> stream.tell(publication));
    }
    return true;
  }

  @Override
  public boolean connected() {
    return bus.connected();
  }

  @Override
  public void close() {
    bus.close();
  }
}
