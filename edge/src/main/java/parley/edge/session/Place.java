package parley.edge.session;

import parley.contract.RoomId;
import parley.proto.recovery.SavedRoom;

/// Where a connection that can be continued is in a room. Guarded by its {@link Continuity}.
final class Place {

  final RoomId room;
  private final long since; // the last position that the client named; negative = none
  private boolean entering = true;
  private long joined;
  private long sent; // or on the way
  private long mark; // of the word that it is in; 0 = that is nothing new to the client
  private long toldAt; // the watermark then

  /// @param since the last position that the client named; negative = none
  Place(RoomId room, long since) {
    this.room = room;
    this.since = since;
  }

  /// It is in, where everything above `seq` will be sent to it, as its client is told with a mark.
  /// Asking once more changes nothing.
  void entered(long seq, long number, long watermark) {
    if (entering) {
      entering = false;
      joined = seq;
      mark = number;
      toldAt = watermark;
    }
  }

  /// It is in again.
  void restored(long seq) {
    entering = false;
    joined = seq;
    sent = seq;
  }

  /// Its client has everything up to there, or it is on the way.
  void sent(long seq) {
    sent = Math.max(sent, seq);
  }

  /// What there is to be saved.
  ///
  /// @param ended the connection is over
  SavedRoom saved(boolean ended) {
    SavedRoom.Builder saved =
        SavedRoom.newBuilder()
            .setRoomId(room.value())
            .setJoined(joined)
            .setEntering(entering)
            .setCursor(ended ? sent : 0)
            .setMark(mark)
            .setToldAtMs(toldAt);
    return since < 0 ? saved.build() : saved.setSince(since).build();
  }
}
