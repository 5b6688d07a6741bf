package parley.core.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.contract.UserId;
import parley.core.room.Access;
import parley.core.room.Rooms;
import parley.core.room.StoredRoom;
import parley.proto.chat.Role;

/// What a lane knows of its room, folded from the log up to {@link #head}. The lane's thread alone
/// touches it, but for the two volatile numbers.
final class LaneState {

  private static final int REMEMBERED_ROLES = 4_096;

  final StoredRoom room;
  private final Rooms rooms;
  private final Map<UserId, Role> roles =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, Role> eldest) {
          return size() > REMEMBERED_ROLES;
        }
      };
  private volatile long head;
  private long ordinal;
  private long atMs;
  private volatile @Nullable LogEntry lastMessage;
  private volatile long confirmedNanos = System.nanoTime();
  private final RecentEntries recent;

  /// @param newest the entry that the fold begins with; null for an empty log
  /// @param remembered how many entries are in memory on this node
  LaneState(StoredRoom room, Rooms rooms, @Nullable LogEntry newest, AtomicInteger remembered) {
    this.room = room;
    this.rooms = rooms;
    this.recent = new RecentEntries(newest == null ? 0 : newest.seq(), remembered);
    if (newest != null) {
      this.head = newest.seq();
      this.ordinal = newest.ordinal();
      this.atMs = newest.atMs();
    }
  }

  long head() {
    return head;
  }

  @Nullable LogEntry lastMessage() {
    return lastMessage;
  }

  /// The entry that `submission` becomes after `offset` others.
  LogEntry next(Submission submission, Change change, int offset) {
    boolean system = change instanceof Change.MemberAdded || change instanceof Change.MemberRemoved;
    long messages = change instanceof Change.Posted ? offset + 1L : 0;
    return new LogEntry(
        room.id(),
        head + 1 + offset,
        submission.dedupe,
        system ? LogEntry.SYSTEM : submission.sender,
        Math.max(System.currentTimeMillis(), atMs),
        ordinal + messages,
        change,
        LogEntry.State.FRESH);
  }

  /// Takes in the next entry of the log.
  void advance(LogEntry entry) {
    ordinal = entry.ordinal();
    atMs = Math.max(atMs, entry.atMs());
    switch (entry.change()) {
      case Change.MemberAdded(UserId user, Role role) -> roles.put(user, role);
      case Change.MemberRemoved(UserId user) -> roles.put(user, Role.ROLE_UNSPECIFIED);
      case Change.Posted p -> lastMessage = entry;
      case Change.Edited e -> {}
      case Change.Deleted d -> {}
      case Change.Reacted r -> {}
      case Change.Voided v -> {}
    }
    recent.add(entry);
    head = entry.seq();
    confirmed();
  }

  /// The head was just seen to be the log's own.
  void confirmed() {
    confirmedNanos = System.nanoTime();
  }

  /// Nanoseconds since the head was last seen to be the log's own: another node may have written
  /// since.
  long unconfirmedNanos() {
    return System.nanoTime() - confirmedNanos;
  }

  /// The newest entries.
  RecentEntries recent() {
    return recent;
  }

  /// What the user may do; reads the store when it is not remembered.
  Role role(UserId user) {
    Role known = roles.get(user);
    if (known == null) {
      known = Access.role(rooms, room, user);
      roles.put(user, known);
    }
    return known;
  }
}
