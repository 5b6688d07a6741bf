package parley.edge.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import parley.fanout.TopicListener;
import parley.proto.relay.Publication;

/// The rooms whose events come on core's streams. Each is followed at every node, on that stream on
/// which the room's requests go there: whoever asks for a room's head is answered behind the word
/// that it is followed. Guarded by the client's lock, but for {@link #heard}.
final class Following {

  private final Map<String, TopicListener> listeners = new ConcurrentHashMap<>();

  void follow(String room, TopicListener listener, List<CoreNode> nodes) {
    listeners.put(room, listener);
    for (CoreNode node : nodes) {
      if (!node.live.isEmpty()) {
        node.streamFor(room).follow(following -> following.addRoomIds(room));
      }
    }
  }

  void leave(String room, List<CoreNode> nodes) {
    listeners.remove(room);
    for (CoreNode node : nodes) {
      if (!node.live.isEmpty()) {
        node.streamFor(room).follow(following -> following.addLeftRoomIds(room));
      }
    }
  }

  /// The node's streams are others now: each is told anew what is followed on it.
  void streamsChanged(CoreNode node) {
    Map<CoreStream, List<String>> shares = new HashMap<>();
    node.live.forEach(stream -> shares.put(stream, new ArrayList<>()));
    if (!shares.isEmpty()) {
      listeners
          .keySet()
          .forEach(
              room ->
                  shares.computeIfAbsent(node.streamFor(room), s -> new ArrayList<>()).add(room));
    }
    shares.forEach(
        (stream, rooms) ->
            stream.follow(following -> following.setAnew(true).addAllRoomIds(rooms)));
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
