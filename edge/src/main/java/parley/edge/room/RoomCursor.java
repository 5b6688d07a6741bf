package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.contract.Positions;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.LogPage;

/// How far a room was delivered here, and what has to be asked of core: every position is delivered
/// once, in order, whatever the bus repeats, reorders or loses. A void may stand for several. Knows
/// nothing of the bus or core; its owner carries out what it answers. For the room's thread alone.
final class RoomCursor {

  static final long UNKNOWN = -1;

  private static final int MOST_HELD = 256;
  private static final int PAGE = 256;

  /// What the owner has to do.
  enum Next {
    NOTHING,
    /// Read the log above the position, {@link #limit} entries, and answer with {@link #fetched}.
    FETCH,
    /// Call {@link #due} in a moment: a hole may close by itself, when two nodes' publications
    /// cross; and a room begins by itself when the bus is heard.
    WAIT,
    /// Call {@link #due} in a while: core cannot tell now, or has not got it either.
    RETRY
  }

  /// What follows from something that was heard.
  ///
  /// @param events to deliver now, in this order
  /// @param jumped what stood between the last position and these is gone for good
  record Step(List<RoomEvent> events, Next next, boolean jumped) {}

  private final TreeMap<Long, RoomEvent> held = new TreeMap<>();
  private long position = UNKNOWN;
  private long toldHead; // never sinks: a page can have been read before a head was told
  private boolean fetching;
  private boolean waiting; // for due
  private boolean unsure; // what is asked of core now may be older than the last doubt

  /// The last position delivered; {@link #UNKNOWN} before the first answer.
  long position() {
    return position;
  }

  boolean known() {
    return position != UNKNOWN;
  }

  boolean fetching() {
    return fetching;
  }

  /// Is there more in the log than was delivered?
  boolean behind() {
    return toldHead > position;
  }

  /// How many entries to fetch: none, but the head, while there is no position.
  int limit() {
    return known() ? PAGE : 0;
  }

  /// Somebody is interested. A room begins when the bus confirms that it is heard; with the bus
  /// away, core alone has to do.
  Next wanted() {
    return known() || fetching ? Next.NOTHING : await(Next.WAIT);
  }

  /// Core has to be asked, whatever was heard: something may have been lost. What is asked already
  /// may be too old for that.
  Next ask() {
    if (fetching) {
      unsure = true;
      return Next.NOTHING;
    }
    return fetch();
  }

  /// Core says where the room stands.
  Next told(long head) {
    if (head > toldHead) {
      toldHead = head;
      unsure |= fetching;
    }
    return next();
  }

  /// A position from the bus: delivered if it is the next, held if it is beyond, dropped if it was
  /// delivered before.
  Step take(RoomEvent event) {
    long last = Positions.last(event);
    if (known() && last <= position) {
      return new Step(List.of(), Next.NOTHING, false);
    }
    toldHead = Math.max(toldHead, last);
    if (known() && follows(event)) {
      position = last;
      return new Step(held.isEmpty() ? List.of(event) : withHeld(event), next(), false);
    }
    hold(event);
    return new Step(List.of(), next(), false);
  }

  /// Does the event stand for the next position?
  private boolean follows(RoomEvent event) {
    return event.getSeq() <= position + 1 && Positions.last(event) > position;
  }

  /// The lowest are of use first.
  private void hold(RoomEvent event) {
    held.put(event.getSeq(), event);
    if (held.size() > MOST_HELD) {
      held.pollLastEntry();
    }
  }

  private List<RoomEvent> withHeld(RoomEvent first) {
    List<RoomEvent> events = new ArrayList<>();
    events.add(first);
    addHeld(events);
    return events;
  }

  private void addHeld(List<RoomEvent> events) {
    while (!held.isEmpty() && held.firstKey() <= position + 1) {
      RoomEvent event = held.pollFirstEntry().getValue();
      if (follows(event)) {
        position = Positions.last(event);
        events.add(event);
      }
    }
  }

  /// The time of a WAIT or RETRY is over.
  Next due() {
    waiting = false;
    return fetching || known() && !behind() && !unsure ? Next.NOTHING : fetch();
  }

  /// Core answered.
  ///
  /// @param page null when it did not
  Step fetched(@Nullable LogPage page) {
    fetching = false;
    if (page == null) {
      unsure = true;
      return new Step(List.of(), await(Next.RETRY), false);
    }
    boolean jumped = known() && page.getFloor() > position;
    if (!known()) {
      position = page.getHead();
    } else if (jumped) {
      position = page.getFloor(); // what retention removed nobody can have any more
    }
    toldHead = Math.max(toldHead, page.getHead());
    List<RoomEvent> events = new ArrayList<>(page.getEventsCount());
    for (RoomEvent event : page.getEventsList()) {
      if (follows(event)) {
        position = Positions.last(event);
        events.add(event);
      }
    }
    addHeld(events);
    return new Step(events, after(!events.isEmpty() || jumped), jumped);
  }

  private Next after(boolean progress) {
    if (unsure || behind() && progress) {
      return fetch();
    }
    return behind() ? await(Next.RETRY) : Next.NOTHING; // a hole in the log itself: core closes it
  }

  private Next fetch() {
    fetching = true;
    unsure = false;
    return Next.FETCH;
  }

  private Next next() {
    return behind() && !fetching ? await(Next.WAIT) : Next.NOTHING;
  }

  private Next await(Next pause) {
    if (waiting) {
      return Next.NOTHING;
    }
    waiting = true;
    return pause;
  }
}
