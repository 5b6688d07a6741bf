package parley.core.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import parley.contract.RefusedException;
import parley.contract.RoomId;
import parley.core.room.StoredRoom;
import parley.proto.chat.Message;
import parley.proto.chat.RoomEvent;
import parley.proto.errors.ErrorCode;
import parley.proto.relay.LogPage;
import parley.proto.relay.MessagePage;

/// Reads of the log: pages of messages, and entries for recovery and repair. Blocks; safe for any
/// thread.
public final class History {

  private static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 100;
  private static final int LARGEST_LOG_PAGE = 500;

  /// Of a page, unless one entry alone has more: a page of messages goes out as an event and in an
  /// ack, and both must find room in an outbox.
  private static final int MOST_BYTES = 256 * 1_024;

  private final LogStore store;
  private final RoomEvents events;
  private final RoomLog log;

  public History(LogStore store, RoomEvents events, RoomLog log) {
    this.store = store;
    this.events = events;
    this.log = log;
  }

  /// The smaller one.
  ///
  /// @param limit as a caller gives it: without a sign
  public static int atMost(int limit, int most) {
    return Integer.compareUnsigned(limit, most) < 0 ? limit : most;
  }

  /// Messages below an ordinal, oldest first, with their present content.
  ///
  /// @param before 0 = from the newest
  /// @param limit 0 = 50; more than 100 counts as 100
  /// @param atLeast a position that the reader knows of: the page is never older than it. 0 = only
  ///     the store may answer; the newest page of a hot room may otherwise come from memory, when
  ///     it holds all up to `head`
  /// @param head the log's newest position, read for this answer; all up to there is projected
  public MessagePage messages(RoomId room, long before, int limit, long atLeast, long head) {
    int most = limit == 0 ? DEFAULT_PAGE : atMost(limit, LARGEST_PAGE);
    if (before == 0 && atLeast > 0) {
      RoomLog.RecentMessages remembered =
          log.lastKnownMessages(room, most + 1, Math.max(atLeast, head));
      if (remembered != null) {
        return page(remembered.newestFirst(), most, remembered.head());
      }
    }
    return page(
        store.messagesBefore(room, before == 0 ? Long.MAX_VALUE : before, most + 1), most, head);
  }

  /// The newest messages of a hot room, from memory alone: while the store cannot be asked. Never
  /// blocks on it.
  ///
  /// @throws RefusedException UNAVAILABLE when they are not all there
  public MessagePage lastKnown(RoomId room, int limit, long atLeast) {
    int most = limit == 0 ? DEFAULT_PAGE : atMost(limit, LARGEST_PAGE);
    RoomLog.RecentMessages remembered = log.lastKnownMessages(room, most + 1, atLeast);
    if (remembered == null) { // fewer than a page and one, then
      remembered = log.lastKnownMessages(room, most, atLeast);
    }
    if (remembered == null) {
      throw new RefusedException(ErrorCode.UNAVAILABLE);
    }
    return page(remembered.newestFirst(), most, remembered.head());
  }

  private MessagePage page(List<LogEntry> newestFirst, int most, long head) {
    boolean more = newestFirst.size() > most;
    List<Message> messages = new ArrayList<>();
    int bytes = 0;
    for (LogEntry entry : more ? newestFirst.subList(0, most) : newestFirst) {
      Message message = events.message(entry);
      bytes += message.getSerializedSize();
      if (bytes > MOST_BYTES && !messages.isEmpty()) {
        more = true;
        break;
      }
      messages.add(message);
    }
    Collections.reverse(messages);
    return MessagePage.newBuilder().addAllMessages(messages).setHasMore(more).setHead(head).build();
  }

  /// Entries above `since`, oldest first.
  ///
  /// @param upTo 0 = no bound
  /// @param limit 0 = the head alone; more than 500 counts as 500
  /// @param head the log's newest position, read for this answer. 0 = entries up to `upTo`, which
  ///     the reader knows to be there, may come from memory
  public LogPage log(StoredRoom room, long since, long upTo, int limit, long head) {
    int most = atMost(limit, LARGEST_LOG_PAGE);
    List<LogEntry> remembered =
        head > 0 || upTo == 0 || room.floor() > 0 ? null : log.recent(room.id(), since, upTo);
    if (remembered != null) {
      LogPage.Builder recent = LogPage.newBuilder().setHead(upTo);
      add(recent, remembered.subList(0, Math.min(most, remembered.size())));
      return recent.build();
    }
    LogPage.Builder page =
        LogPage.newBuilder().setHead(head > 0 ? head : head(room.id())).setFloor(room.floor());
    if (most > 0) {
      long last = upTo == 0 ? Long.MAX_VALUE : upTo;
      add(page, store.read(room.id(), since, last, most));
    }
    return page.build();
  }

  private void add(LogPage.Builder page, List<LogEntry> entries) {
    int bytes = 0;
    for (LogEntry entry : entries) {
      RoomEvent event = events.of(entry);
      bytes += event.getSerializedSize();
      if (bytes > MOST_BYTES && page.getEventsCount() > 0) {
        return;
      }
      page.addEvents(event);
    }
  }

  /// The newest position above `since` that was committed before a time; `since` when none was.
  public long reached(RoomId room, long since, long beforeMs) {
    return store.newestBefore(room, since, beforeMs).map(LogEntry::seq).orElse(since);
  }

  /// The newest position; 0 for an empty log.
  public long head(RoomId room) {
    return store.head(room);
  }
}
