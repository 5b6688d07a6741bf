package parley.edge.session;

import parley.edge.room.RoomThreads;
import parley.edge.socketio.SocketIoConnection;

/// Ends sessions that did not join a namespace in time (Socket.IO's connectTimeout).
public final class ConnectDeadline {

  private final RoomThreads clock;
  private final long millis;

  public ConnectDeadline(RoomThreads clock, long millis) {
    this.clock = clock;
    this.millis = millis;
  }

  void watch(SocketIoConnection connection) {
    clock.after(millis, connection::closeUnlessConnected);
  }
}
