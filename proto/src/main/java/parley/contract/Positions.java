package parley.contract;

import parley.proto.chat.RoomEvent;

/// Positions of a room's log that an event stands for.
public final class Positions {

  private Positions() {}

  /// The last one: its own, or where a void that is told of several positions at once ends. Whoever
  /// has the event goes on behind it.
  public static long last(RoomEvent event) {
    return event.hasVoided()
        ? Math.max(event.getSeq(), event.getVoided().getUpTo())
        : event.getSeq();
  }
}
