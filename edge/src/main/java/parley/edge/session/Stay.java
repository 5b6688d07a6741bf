package parley.edge.session;

import parley.contract.RoomId;
import parley.contract.UserId;
import parley.edge.engineio.Packet;
import parley.edge.room.Occupant;

/// A session's stay in a room, from when core let it in until it ends, for whatever reason. It ends
/// once, through {@link Stays#leave}, and hears nothing afterwards; who comes again has another.
/// Safe for any thread; nothing blocks.
public final class Stay implements Occupant {

  private final ChatSession session;
  private final SessionRecovery recovery; // the session's: what is delivered touches no more of it
  private final RoomId room;
  private final Stays stays;
  private volatile long permitted; // written under the session's lock
  private volatile boolean over; // likewise
  private volatile boolean arrived;

  Stay(ChatSession session, RoomId room, Stays stays) {
    this.session = session;
    this.recovery = session.recovery();
    this.room = room;
    this.stays = stays;
  }

  ChatSession session() {
    return session;
  }

  /// The room.
  public RoomId room() {
    return room;
  }

  /// Under the session's lock.
  void end() {
    over = true;
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public UserId userId() {
    return session.userId();
  }

  @Override
  public String id() {
    return session.id();
  }

  @Override
  public boolean send(Packet packet) {
    return !over && recovery.send(packet);
  }

  @Override
  public boolean deliver(long seq, Packet packet) {
    return !over && recovery.deliver(room, seq, packet);
  }

  @Override
  public long permitted() {
    return permitted;
  }

  @Override
  public void permit(long seq) {
    synchronized (session.stays()) {
      permitted = Math.max(permitted, seq);
    }
  }

  @Override
  public void arrived() {
    arrived = true;
  }

  /// Does it get what the room delivers, with nothing missing before it?
  boolean delivered() {
    return arrived;
  }

  @Override
  public boolean removed(long seq) {
    return stays.removed(this, seq);
  }

  @Override
  public void dropped() {
    stays.dropped(this);
  }
}
