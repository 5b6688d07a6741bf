package parley.core.log;

import com.mongodb.MongoBulkWriteException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import parley.core.room.RoomProgress;
import parley.core.room.Rooms;

/// Writes where rooms stand, many in one go. For one thread at a time; blocks on the store.
final class ProgressWriter {

  private static final System.Logger LOG = System.getLogger(ProgressWriter.class.getName());
  private static final int IN_A_WRITE = 500;

  private final Rooms rooms;

  ProgressWriter(Rooms rooms) {
    this.rooms = rooms;
  }

  /// @param forgottenBeforeMs messages of before are not written as a room's last
  /// @throws com.mongodb.MongoException when the store cannot be reached: what is left is told
  /// again
  void write(Collection<RoomLane> lanes, long forgottenBeforeMs) {
    List<RoomLane> told = new ArrayList<>();
    List<RoomProgress> progress = new ArrayList<>();
    for (RoomLane lane : lanes) {
      RoomProgress one = lane.progress(forgottenBeforeMs);
      if (one != null) {
        told.add(lane);
        progress.add(one);
      }
      if (progress.size() == IN_A_WRITE) {
        flush(told, progress);
      }
    }
    flush(told, progress);
  }

  private void flush(List<RoomLane> told, List<RoomProgress> progress) {
    if (progress.isEmpty()) {
      return;
    }
    Set<Integer> unwritten = written(progress);
    for (int i = 0; i < told.size(); i++) {
      if (!unwritten.contains(i)) {
        told.get(i).progressWritten(progress.get(i));
      }
    }
    told.clear();
    progress.clear();
  }

  /// What the store refuses of one room is not the others' trouble.
  ///
  /// @return those to be written another time
  private Set<Integer> written(List<RoomProgress> progress) {
    try {
      rooms.project(progress);
      return Set.of();
    } catch (MongoBulkWriteException e) {
      Set<Integer> unwritten = StoreFailure.unwritten(e);
      LOG.log(System.Logger.Level.WARNING, "where rooms stand was refused: {0}", e.toString());
      return unwritten;
    }
  }
}
