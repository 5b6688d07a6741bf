package parley.core.log;

import parley.fanout.Topic;
import parley.proto.bus.BusEvent;
import parley.proto.chat.RoomEvent;

/// Hands committed entries to the bus. Never blocks on it; what the bus loses, the edges miss and
/// fetch.
final class Publication {

  private Publication() {}

  /// @return the event as published
  static RoomEvent send(LaneParts parts, LogEntry entry, RoomEvents.Names names) {
    RoomEvent event = parts.events().of(entry, names);
    byte[] payload = BusEvent.newBuilder().setRoomEvent(event).build().toByteArray();
    parts.bus().publish(new Topic.Room(entry.room().value()), payload);
    return event;
  }
}
