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
      Resume from = exact ? exactly(saved, room, offset, place) : roughly(room, offset);
      if (from != null) {
        points.put(new RoomId(room.getRoomId()), from);
      }
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

  /// @return null when its client was never told that it is there, and asks again
  private static @Nullable Resume exactly(
      SavedConnection saved, SavedRoom room, @Nullable Offset offset, int place) {
    if (room.getEntering()) {
      return null;
    }
    List<SavedRun> missed = saved.getRunsList().subList(place + 1, saved.getRunsCount());
    if (missed.stream().anyMatch(run -> run.getMark() != 0 && run.getMark() == room.getMark())) {
      return new Resume.After(asked(room)); // with what came along with the word that it is in
    }
    if (offset != null && isOf(room, offset)) {
      return new Resume.After(Math.max(offset.seq(), room.getJoined()));
    }
    for (SavedRun run : missed) {
      if (run.getRoomId().equals(room.getRoomId())) {
        return new Resume.After(Math.max(run.getFirst() - 1, room.getJoined()));
      }
    }
    return new Resume.After(Math.max(room.getCursor(), room.getJoined()));
  }

  /// What the client heard last was sent after its edge had reached the watermark: where that is
  /// later than the word that it is in the room, it has heard that too. Else it may not have, and
  /// is given what it asked for.
  private static @Nullable Resume roughly(SavedRoom room, @Nullable Offset offset) {
    if (offset == null) {
      return room.getEntering() ? null : new Resume.After(asked(room));
    }
    boolean told = !room.getEntering() && offset.watermark() > room.getToldAtMs();
    long since = told ? room.getJoined() : asked(room);
    if (isOf(room, offset)) {
      return new Resume.After(Math.max(offset.seq(), since));
    }
    return told || room.getEntering() && !room.hasSince()
        ? new Resume.Since(since, Math.max(0, offset.watermark() - SLACK_MILLIS))
        : new Resume.After(since);
  }

  private static boolean isOf(SavedRoom room, Offset offset) {
    return offset.room().value().equals(room.getRoomId());
  }

  /// The last position that its client named; where it was put in when it named none.
  private static long asked(SavedRoom room) {
    return room.hasSince() ? room.getSince() : room.getJoined();
  }
}
