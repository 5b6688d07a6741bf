package parley.edge.session;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;

/// What is known to have reached a client: whatever was written before a ping that it answered.
/// Tells core of the rooms in which that is more than before.
final class Deliveries {

  private final ChatSession session;
  private final DeliveryReports reports;
  // Guarded by this; both are null while nothing happens, as with most clients.
  private @Nullable Map<RoomId, Long> underway;
  private @Nullable Map<RoomId, Long> told;

  Deliveries(ChatSession session, DeliveryReports reports) {
    this.session = session;
    this.reports = reports;
  }

  /// A ping goes out, behind all that was delivered so far. Must not block.
  void pinged() {
    for (Stay stay : session.stays().all()) {
      if (!stay.delivered()) {
        continue; // what is there it may yet be told, or not
      }
      RoomId room = stay.room();
      long reached = reports.reached(room);
      synchronized (this) {
        long before = told == null ? 0 : told.getOrDefault(room, 0L);
        if (reached > before) {
          underway = underway == null ? new HashMap<>(2) : underway;
          underway.put(room, reached);
        }
      }
    }
  }

  /// The ping was answered.
  void ponged() {
    Map<RoomId, Long> arrived;
    synchronized (this) {
      if (underway == null) {
        return;
      }
      arrived = underway;
      underway = null;
      told = told == null ? new HashMap<>(2) : told;
      told.putAll(arrived);
    }
    arrived.forEach((room, seq) -> reports.delivered(session, room, seq));
  }

  /// The session is in a room no more.
  synchronized void left(RoomId room) {
    if (underway != null) {
      underway.remove(room);
    }
    if (told != null) {
      told.remove(room);
    }
  }
}
