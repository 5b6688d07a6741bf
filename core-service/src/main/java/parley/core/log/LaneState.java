package parley.core.log;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.contract.MessageId;
import parley.contract.UserId;
import parley.core.room.Access;
import parley.core.room.StoredRoom;
import parley.proto.chat.Role;

/// What a lane knows of its room, folded from the log up to {@link #head}. The lane's thread alone
/// changes it; the volatile fields are read by others.
final class LaneState {

  private static final int REMEMBERED_ROLES = 4_096;

  /// Where the fold begins.
  ///
  /// @param newest its first entry; null for an empty log
  /// @param lastMessage up to there, as it is now; null when there is none
  /// @param oldKeys some of the room's requests are remembered under keys of old
  record Origin(@Nullable LogEntry newest, @Nullable LogEntry lastMessage, boolean oldKeys) {}

  final StoredRoom room;
  private final LaneParts parts;
  private final Map<UserId, Role> roles =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, Role> eldest) {
          return size() > REMEMBERED_ROLES;
        }
      };
  private final RecentEntries recent;
  private volatile long head;
  private volatile long projected;
  private volatile @Nullable LogEntry lastMessage;
  private volatile long confirmedNanos = System.nanoTime();
  private long ordinal;
  private long mainOrdinal;
  private long atMs;
  private boolean oldKeys;

  LaneState(StoredRoom room, LaneParts parts, Origin origin) {
    LogEntry newest = origin.newest;
    this.room = room;
    this.parts = parts;
    this.recent = new RecentEntries(newest == null ? 0 : newest.seq(), parts.remembered());
    this.lastMessage = origin.lastMessage;
    this.oldKeys = origin.oldKeys;
    if (newest != null) {
      this.head = newest.seq();
      this.projected = head;
      this.ordinal = newest.ordinal();
      this.mainOrdinal = newest.mainOrdinal();
      this.atMs = newest.atMs();
    }
  }

  long head() {
    return head;
  }

  /// Up to here everything is projected. Below the head after a change that cannot be.
  long projected() {
    return projected;
  }

  boolean isProjected() {
    return projected == head;
  }

  /// As it is now.
  @Nullable LogEntry lastMessage() {
    return lastMessage;
  }

  /// Are requests to be looked for under their keys of old, too?
  boolean hasOldKeys() {
    return oldKeys;
  }

  /// The entry that a change becomes after `offset` others. It counts as on its way from now on.
  LogEntry next(UserId sender, String dedupe, Change change, int offset) {
    long messages = change instanceof Change.Posted ? offset + 1L : 0;
    return new LogEntry(
        room.id(),
        head + 1 + offset,
        dedupe,
        sender,
        Math.max(parts.heads().stamp(room.id()), atMs),
        ordinal + messages,
        mainOrdinal + messages,
        change,
        LogEntry.State.FRESH);
  }

  /// Takes in the next entry of the log.
  ///
  /// @param applied what it changes beside the log was written
  void advance(LogEntry entry, boolean applied) {
    boolean allProjected = applied && isProjected();
    ordinal = entry.ordinal();
    mainOrdinal = entry.mainOrdinal();
    atMs = Math.max(atMs, entry.atMs());
    oldKeys |= entry.dedupe().startsWith(RequestKeys.OLD);
    fold(entry);
    recent.add(entry);
    head = entry.seq();
    if (allProjected) {
      projected = head;
    }
    confirmed();
  }

  private void fold(LogEntry entry) {
    switch (entry.change()) {
      case Change.MemberAdded(UserId user, Role role) -> roles.put(user, role);
      case Change.MemberRemoved(UserId user) -> roles.put(user, Role.ROLE_UNSPECIFIED);
      case Change.Posted p -> lastMessage = entry;
      case Change.Edited e -> revise(entry, e.target());
      case Change.Deleted d -> revise(entry, d.target());
      case Change.Reacted r -> revise(entry, r.target());
      case Change.Voided v -> {}
    }
  }

  private void revise(LogEntry by, MessageId target) {
    LogEntry last = lastMessage;
    if (last != null && last.id().equals(target)) {
      lastMessage = Revisions.revised(last, by);
    }
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
      known = Access.role(parts.rooms(), room, user);
      roles.put(user, known);
    }
    return known;
  }
}
