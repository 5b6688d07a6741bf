package parley.edge.upstream;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import parley.fanout.GuardedListener;
import parley.fanout.Topic;
import parley.fanout.TopicListener;
import parley.proto.relay.Following;
import parley.proto.relay.Publication;

/// The rooms whose events come on core's streams. Each is followed at every node, on that stream on
/// which the room's requests go there: whoever asks for a room's head is answered behind the word
/// that it is followed. Guarded by the lock of the routes, but for {@link #heard}.
final class Followed {

  /// Rooms named in one word: half a mebibyte at most.
  private static final int AT_ONCE = 5_000;

  private final Map<String, TopicListener> listeners = new ConcurrentHashMap<>();

  /// @param nodes the live streams of each
  void follow(String room, TopicListener listener, Collection<List<CoreRoutes.Target>> nodes) {
    listeners.put(room, new GuardedListener(new Topic.Room(room).channel(), listener));
    Following change = Following.newBuilder().addRoomIds(room).build();
    tellEach(nodes, room, change);
  }

  void leave(String room, Collection<List<CoreRoutes.Target>> nodes) {
    listeners.remove(room);
    tellEach(nodes, room, Following.newBuilder().addLeftRoomIds(room).build());
  }

  private static void tellEach(
      Collection<List<CoreRoutes.Target>> nodes, String room, Following change) {
    nodes.forEach(streams -> CoreRoutes.among(streams, room).follow(change));
  }

  /// A node's streams are others now: each is told anew what is followed on it.
  void tell(List<CoreRoutes.Target> streams) {
    Map<CoreRoutes.Target, List<String>> shares = new HashMap<>();
    streams.forEach(stream -> shares.put(stream, new ArrayList<>()));
    if (!streams.isEmpty()) {
      for (String room : listeners.keySet()) {
        shares.computeIfAbsent(CoreRoutes.among(streams, room), s -> new ArrayList<>()).add(room);
      }
    }
    shares.forEach(Followed::tell);
  }

  private static void tell(CoreRoutes.Target stream, List<String> rooms) {
    for (int from = 0; from == 0 || from < rooms.size(); from += AT_ONCE) {
      List<String> some = rooms.subList(from, Math.min(rooms.size(), from + AT_ONCE));
      stream.follow(Following.newBuilder().setAnew(from == 0).addAllRoomIds(some).build());
    }
  }

  /// By gRPC's threads.
  void heard(List<Publication> publications) {
    for (Publication publication : publications) {
      TopicListener listener = listeners.get(publication.getRoomId());
      if (listener != null) {
        listener.event(publication.getEvent().toByteArray());
      }
    }
  }
}
