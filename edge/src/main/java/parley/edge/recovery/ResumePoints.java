package parley.edge.recovery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.RoomId;
import parley.proto.recovery.SavedConnection;
import parley.proto.recovery.SavedRoom;
import parley.proto.recovery.SavedRun;

/// What a client missed in each of its rooms, from its offset and what was saved of its connection.
public final class ResumePoints {

  /// Between a commit and its being counted in core's word of heads, and between an event's turn in
  /// a large room and its reaching the last socket.
  private static final long SLACK_MILLIS = 2_000;

  private ResumePoints() {}

  /// @param offset null when the client heard no event of a room's log
  /// @return one for each room, never before the connection entered it; null when it cannot be said
  public static @Nullable Map<RoomId, Resume> of(SavedConnection saved, @Nullable Offset offset) {
    int place = offset == null ? -1 : place(saved, offset);
    boolean exact = saved.getEnded() && (place >= 0 || saved.getWhole());
    if (!exact && offset != null && (offset.watermark() == Offset.NONE || isOld(saved, offset))) {
      return null;
    }
    Map<RoomId, Resume> points = new LinkedHashMap<>();
    for (SavedRoom room : saved.getRoomsList()) {
      RoomId id = new RoomId(room.getRoomId());
      if (room.getEntering() && offset == null) {
        continue; // its client was never told that it is there, and asks again
      }
      points.put(
          id,
          offset != null && offset.room().equals(id)
              ? new Resume.After(Math.max(offset.seq(), room.getJoined()))
              : exact ? exact(saved, room, place) : roughly(room, offset));
    }
    return points;
  }

  /// Was the client in a room that is not among those saved?
  private static boolean isOld(SavedConnection saved, Offset offset) {
    return saved.getRoomsList().stream()
        .noneMatch(room -> room.getRoomId().equals(offset.room().value()));
  }

  /// The run that holds the offset; -1 when all that is remembered came after it.
  private static int place(SavedConnection saved, Offset offset) {
    List<SavedRun> runs = saved.getRunsList();
    for (int i = runs.size() - 1; i >= 0; i--) {
      SavedRun run = runs.get(i);
      if (run.getRoomId().equals(offset.room().value()) && holds(run, offset)) {
        return i;
      }
    }
    return -1;
  }

  /// A mark is known by its number: its position may be that of an event that came long before it,
  /// with other rooms' events between them.
  private static boolean holds(SavedRun run, Offset offset) {
    boolean between = run.getFirst() <= offset.seq() && offset.seq() <= run.getLast();
    return run.getMark() == offset.mark() && (offset.mark() != 0 || between);
  }

  private static Resume exact(SavedConnection saved, SavedRoom room, int place) {
    List<SavedRun> runs = saved.getRunsList();
    for (SavedRun run : runs.subList(place + 1, runs.size())) {
      if (run.getRoomId().equals(room.getRoomId())) {
        return new Resume.After(Math.max(run.getFirst() - 1, room.getJoined()));
      }
    }
    return new Resume.After(Math.max(room.getCursor(), room.getJoined()));
  }

  private static Resume roughly(SavedRoom room, @Nullable Offset offset) {
    return offset == null
        ? new Resume.After(room.getJoined())
        : new Resume.Since(room.getJoined(), Math.max(0, offset.watermark() - SLACK_MILLIS));
  }
}
