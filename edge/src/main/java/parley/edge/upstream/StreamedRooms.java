package parley.edge.upstream;

import parley.fanout.BusSubscriber;
import parley.fanout.Topic;
import parley.fanout.TopicListener;

/// The bus, with the events of rooms that core publishes coming on its streams. What presence
/// publishes to a room comes by the bus all the same, and so do the beginnings and ends of
/// listening: what a stream loses is missed, and asked for, as what the bus loses.
public final class StreamedRooms implements BusSubscriber {

  private final BusSubscriber bus;
  private final CoreClient core;

  /// @param bus is closed with this
  public StreamedRooms(BusSubscriber bus, CoreClient core) {
    this.bus = bus;
    this.core = core;
  }

  @Override
  public void follow(Topic topic, TopicListener listener) {
    if (topic instanceof Topic.Room(String room)) {
      core.follow(room, listener);
    }
    bus.follow(topic, listener);
  }

  @Override
  public void unfollow(Topic topic) {
    bus.unfollow(topic);
    if (topic instanceof Topic.Room(String room)) {
      core.leave(room);
    }
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
