package parley.core.receipt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.contract.UserId;
import parley.core.log.Change;
import parley.core.log.LogEntry;
import parley.core.log.LogStore;
import parley.core.log.RoomLog;
import parley.core.room.RoomReader;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.proto.chat.Message;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.Marked;
import parley.proto.relay.Readers;
import parley.proto.relay.RoomUnread;

/// Marks messages as read or delivered, and says what is not. Blocks on the store for reading; what
/// it writes goes out in batches, while those whom it concerns are told at once. Safe for any
/// thread.
public final class Receipts {

  private static final int MOST_MESSAGES = 100;

  /// Rooms of a user whose unread messages are counted at once.
  public static final int MOST_ROOMS = 100;

  private static final int READERS_TOLD = 100;

  /// What a user says it has read.
  ///
  /// @param messages empty = up to `upTo`
  /// @param upTo a position; 0 = all that there is
  /// @param delivered delivered, not read
  /// @param socket that says so, by its public id, which is not told; empty = none
  /// @param several said of several at once
  public record Mark(
      RoomId room,
      UserId user,
      List<MessageId> messages,
      long upTo,
      boolean delivered,
      String socket,
      boolean several) {}

  private final RoomReader reader;
  private final Rooms rooms;
  private final LogStore store;
  private final RoomLog log;
  private final Cursors cursors;
  private final ReaderNotes notes;
  private final ReadTelling telling;

  public Receipts(
      RoomReader reader,
      Rooms rooms,
      LogStore store,
      RoomLog log,
      Cursors cursors,
      ReaderNotes notes,
      ReadTelling telling) {
    this.reader = reader;
    this.rooms = rooms;
    this.store = store;
    this.log = log;
    this.cursors = cursors;
    this.notes = notes;
    this.telling = telling;
  }

  /// Raises the user's cursor, and tells those whom it concerns.
  ///
  /// @throws RefusedException when the user is no member, a message is not there, or too much waits
  ///     to be written
  public Marked mark(Mark mark) {
    StoredRoom room = reader.admitOften(mark.room, mark.user).room();
    if (mark.messages.size() > MOST_MESSAGES) {
      throw new RefusedException(ErrorCode.INVALID_ARGUMENT, "at most 100 messages at once");
    }
    LogEntry newest = newest(mark.room);
    List<LogEntry> messages = messages(mark);
    LogEntry furthest = messages.isEmpty() ? upTo(mark, newest) : furthest(messages);
    long now = System.currentTimeMillis();
    if (furthest == null) {
      return Marked.newBuilder().setAtMs(now).build();
    }
    cursors.raise(
        mark.room,
        mark.user,
        mark.delivered
            ? Cursor.delivered(furthest.seq())
            : Cursor.read(furthest.seq(), furthest.ordinal()));
    if (!mark.delivered) {
      tell(mark, room, messages.isEmpty() ? newestMessage(mark.room, furthest) : messages, now);
    }
    Cursor stands = cursors.known(mark.room, mark.user);
    long head = newest == null ? 0 : newest.ordinal();
    Marked marked =
        Marked.newBuilder()
            .setSeq(mark.delivered ? stands.deliveredSeq() : stands.readSeq())
            .setAtMs(now)
            .setUnread(room.standing(stands.readOrdinal(), head))
            .build();
    if (!mark.delivered) {
      telling.tellOwn(mark, marked);
    }
    return marked;
  }

  /// The message that a mark names, and those behind it, count as unread for the user from now on;
  /// its other connections are told. Who has read the message is not changed by that.
  ///
  /// @throws RefusedException when the user is no member, or the message is not there
  public Marked markUnread(Mark mark) {
    StoredRoom room = reader.admitOften(mark.room, mark.user).room();
    LogEntry message = messages(mark).getFirst();
    cursors.lower(mark.room, mark.user, message.seq(), message.ordinal());
    LogEntry newest = newest(mark.room);
    long head = newest == null ? 0 : newest.ordinal();
    Marked marked =
        Marked.newBuilder()
            .setSeq(message.seq() - 1)
            .setAtMs(System.currentTimeMillis())
            .setUnread(room.standing(message.ordinal() - 1, head))
            .build();
    telling.tellOwn(mark, marked);
    return marked;
  }

  private void tell(Mark mark, StoredRoom room, List<LogEntry> messages, long now) {
    telling.tell(mark, messages, now);
    if (!rooms.memberships().areMany(room.id())) {
      messages.forEach(entry -> notes.note(entry.id(), entry.sender(), mark.user));
    }
  }

  private List<LogEntry> messages(Mark mark) {
    List<LogEntry> found = new ArrayList<>();
    for (MessageId id : mark.messages) {
      LogEntry entry = id.room().equals(mark.room) ? entry(id) : null;
      if (entry == null || !(entry.change() instanceof Change.Posted)) {
        throw new RefusedException(ErrorCode.NOT_FOUND);
      }
      found.add(entry);
    }
    return found;
  }

  /// Of a hot room from memory, at most 5 s behind what another node wrote.
  private @Nullable LogEntry newest(RoomId room) {
    LogEntry known = log.newest(room);
    return known == null ? store.newest(room).orElse(null) : known;
  }

  /// Newest entries of hot rooms come from memory.
  private @Nullable LogEntry entry(MessageId id) {
    List<LogEntry> recent = log.recent(id.room(), id.seq() - 1, id.seq());
    return recent != null && recent.size() == 1 ? recent.getFirst() : store.at(id).orElse(null);
  }

  private static LogEntry furthest(List<LogEntry> messages) {
    LogEntry furthest = messages.getFirst();
    for (LogEntry entry : messages) {
      furthest = entry.seq() > furthest.seq() ? entry : furthest;
    }
    return furthest;
  }

  private @Nullable LogEntry upTo(Mark mark, @Nullable LogEntry newest) {
    if (newest == null || mark.upTo == 0 || mark.upTo >= newest.seq()) {
      return newest;
    }
    return entry(new MessageId(mark.room, mark.upTo));
  }

  /// A whole room is told by its last message.
  private List<LogEntry> newestMessage(RoomId room, LogEntry upTo) {
    RoomLog.RecentMessages known = log.recentMessages(room, 1, upTo.seq());
    if (known != null
        && !known.newestFirst().isEmpty()
        && known.newestFirst().getFirst().ordinal() == upTo.ordinal()) {
      return known.newestFirst();
    }
    return store.messagesBefore(room, upTo.ordinal() + 1, 1);
  }

  /// How much of rooms a user has not read.
  public List<RoomUnread> unread(UserId user, List<StoredRoom> inRooms) {
    return unread(Map.of(user, inRooms)).getOrDefault(user, List.of());
  }

  /// The same of several users.
  ///
  /// @param inRooms the rooms of each
  public Map<UserId, List<RoomUnread>> unread(Map<UserId, List<StoredRoom>> inRooms) {
    Map<UserId, List<StoredRoom>> counted = new HashMap<>();
    inRooms.forEach(
        (user, rooms) -> {
          if (!rooms.isEmpty()) {
            counted.put(user, rooms.subList(0, Math.min(rooms.size(), MOST_ROOMS)));
          }
        });
    Map<UserId, Map<RoomId, Cursor>> known = cursors.of(ids(counted));
    Map<UserId, List<RoomUnread>> unread = new HashMap<>();
    counted.forEach(
        (user, rooms) -> {
          Map<RoomId, Cursor> theirs = known.getOrDefault(user, Map.of());
          unread.put(
              user,
              rooms.stream()
                  .map(room -> unread(user, room, theirs.getOrDefault(room.id(), Cursor.NONE)))
                  .toList());
        });
    return unread;
  }

  private static Map<UserId, List<RoomId>> ids(Map<UserId, List<StoredRoom>> counted) {
    Map<UserId, List<RoomId>> ids = new HashMap<>();
    counted.forEach((user, rooms) -> ids.put(user, rooms.stream().map(StoredRoom::id).toList()));
    return ids;
  }

  /// Whoever wrote the last message has read the room: its cursor may not be written yet.
  private static RoomUnread unread(UserId user, StoredRoom room, Cursor cursor) {
    Message last = room.lastMessage();
    long behind =
        last == null || last.getSender().getId().equals(user.value())
            ? 0
            : room.standingAbove(cursor.readOrdinal());
    return RoomUnread.newBuilder()
        .setRoomId(room.id().value())
        .setCount(behind)
        .setReadSeq(cursor.readSeq())
        .setDeliveredSeq(cursor.deliveredSeq())
        .build();
  }

  /// The same for rooms by id; those that the user is no member of are left out.
  public List<RoomUnread> unreadOf(UserId user, List<RoomId> ids) {
    Map<RoomId, StoredRoom> found = new LinkedHashMap<>();
    for (RoomId id : ids.subList(0, Math.min(ids.size(), MOST_ROOMS))) {
      try {
        found.put(id, reader.admit(id, user).room());
      } catch (RefusedException notAMember) {
        // left out
      }
    }
    return unread(user, List.copyOf(found.values()));
  }

  /// Who has read a message.
  ///
  /// @param asker must be a member; null = a service
  /// @throws RefusedException when there is no such message for the asker
  public Readers readers(MessageId message, @Nullable UserId asker) {
    if (asker != null) {
      var unused = reader.admit(message.room(), asker);
    }
    LogEntry entry = entry(message);
    if (entry == null || !(entry.change() instanceof Change.Posted)) {
      throw new RefusedException(ErrorCode.NOT_FOUND);
    }
    cursors.flush(); // what was said a moment ago counts
    String sender = entry.sender().value();
    List<String> users = new ArrayList<>();
    users.add(sender);
    cursors.readers(message.room(), message.seq(), READERS_TOLD).stream()
        .filter(user -> !user.equals(sender) && users.size() < READERS_TOLD)
        .forEach(users::add);
    long read = cursors.countRead(message.room(), message.seq());
    long delivered = cursors.countDelivered(message.room(), message.seq());
    // The sender has read it in any case, and counts once.
    Cursor own =
        cursors
            .of(entry.sender(), List.of(message.room()))
            .getOrDefault(message.room(), Cursor.NONE);
    return Readers.newBuilder()
        .addAllUserIds(users)
        .setCount((int) read + (own.readSeq() >= message.seq() ? 0 : 1))
        .setDelivered((int) delivered + (own.deliveredSeq() >= message.seq() ? 0 : 1))
        .build();
  }
}
