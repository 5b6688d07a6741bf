package parley.core.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
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

  /// With so many entries that cannot be projected it is not they who are to blame.
  static final int MOST_SKIPPED = 32;

  /// What became of what an entry changes beside the log.
  enum Projection {
    /// It was written.
    WRITTEN,
    /// It is refused for good; the room's document says so, and the room goes on without it.
    SKIPPED,
    /// It is refused, and the room does not go on without it: {@link #projected} stays below.
    OWED
  }

  /// Where the fold begins.
  ///
  /// @param newest its first entry; null for an empty log
  /// @param lastMessage up to there that stands, as it is now; null when there is none
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
  private final Set<Long> skipped;
  private volatile long head;
  private volatile long projected;
  private volatile @Nullable LogEntry lastMessage;
  private volatile List<Long> deleted; // ordinals
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
    this.skipped = new ConcurrentSkipListSet<>(room.skipped());
    this.lastMessage = origin.lastMessage;
    this.deleted = room.deleted();
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

  /// Up to here everything is projected, or skipped. Below the head after a change that is owed.
  long projected() {
    return projected;
  }

  boolean isProjected() {
    return projected == head;
  }

  /// May the room go on without what one more entry changes beside the log?
  boolean maySkip(long seq) {
    return maySkip(skipped) || skipped.contains(seq);
  }

  /// May a room that skips these skip one more?
  static boolean maySkip(Set<Long> skipped) {
    return skipped.size() < MOST_SKIPPED;
  }

  /// Is what the entry at this position changes beside the log not to be seen?
  boolean isSkipped(long seq) {
    return skipped.contains(seq);
  }

  /// It was written after all. For any thread.
  void skippedNoMore(long seq) {
    skipped.remove(seq);
  }

  /// The newest message that stands, as it is now.
  @Nullable LogEntry lastMessage() {
    return lastMessage;
  }

  /// The same; null when it is older than that, and not the room's last entry.
  @Nullable LogEntry lastMessage(long notBeforeMs) {
    LogEntry last = lastMessage;
    boolean forgotten = last != null && last.atMs() < notBeforeMs && last.seq() < head;
    return forgotten ? null : last;
  }

  /// Does an entry delete the newest message that stands?
  boolean deletesLast(LogEntry entry) {
    LogEntry last = lastMessage;
    return entry.change() instanceof Change.Deleted(MessageId target, long ordinal)
        && last != null
        && last.id().equals(target);
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
  /// @param projection of what it changes beside the log
  /// @param before the newest message that stands below the last one, which the entry deletes; null
  ///     when there is none, or it does not delete that
  void advance(LogEntry entry, Projection projection, @Nullable LogEntry before) {
    boolean allProjected = projection != Projection.OWED && isProjected();
    if (projection == Projection.SKIPPED) {
      skipped.add(entry.seq());
    }
    ordinal = entry.ordinal();
    mainOrdinal = entry.mainOrdinal();
    atMs = Math.max(atMs, entry.atMs());
    oldKeys |= entry.dedupe().startsWith(RequestKeys.OLD);
    if (deletesLast(entry)) {
      lastMessage = before;
    }
    fold(entry, projection == Projection.WRITTEN);
    recent.add(entry);
    head = entry.seq();
    if (allProjected) {
      projected = head;
    }
    confirmed();
  }

  /// @param visible what it changes beside the log was written; where it was not, the store knows
  ///     what a user may do
  private void fold(LogEntry entry, boolean visible) {
    switch (entry.change()) {
      case Change.MemberAdded(UserId user, Role role) -> remember(user, visible ? role : null);
      case Change.MemberRemoved(UserId user) ->
          remember(user, visible ? Role.ROLE_UNSPECIFIED : null);
      case Change.Posted p -> lastMessage = entry;
      case Change.Edited e -> revise(entry, e.target());
      case Change.Deleted d -> deleted = StoredRoom.withDeleted(deleted, d.ordinal());
      case Change.Reacted r -> revise(entry, r.target());
      case Change.Voided v -> {}
    }
  }

  private void remember(UserId user, @Nullable Role role) {
    if (role == null) {
      roles.remove(user);
    } else {
      roles.put(user, role);
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

  /// The room as it would be stored now, but for its floor.
  ///
  /// @param forgottenBeforeMs no last message that is older
  StoredRoom asStored(long forgottenBeforeMs) {
    LogEntry last = lastMessage(forgottenBeforeMs);
    return new StoredRoom(
        room.id(),
        room.kind(),
        room.name(),
        room.createdAtMs(),
        last == null ? room.lastActivityMs() : Math.max(room.lastActivityMs(), last.atMs()),
        projected,
        Set.copyOf(skipped),
        deleted,
        room.floor(),
        last == null ? null : parts.events().message(last));
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
