package parley.edge.room;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.contract.Positions;
import parley.contract.RoomId;
import parley.edge.engineio.Packet;
import parley.edge.room.Joining.Refusal;
import parley.proto.chat.RoomEvent;
import parley.proto.relay.LogPage;

/// Who is on the way into a room. Each is answered within 5 s, and enters only if no removal of its
/// user stands above the position at which core let it in: what was delivered here is remembered,
/// and the rest of the log is read. For the room's thread alone.
final class Entrants {

  private static final System.Logger LOG = System.getLogger(Entrants.class.getName());

  /// An entrant is answered after so long, whatever there is to say.
  static final long PATIENCE_MILLIS = 5_000;

  private static final int MISSED_PAGE = 200;
  private static final int VETTING_PAGE = 256;

  private final RoomId id;
  private final RoomSource source;
  private final Consumer<Signal> inbox;
  private final RoomCursor cursor;
  private final Broadcast broadcast;
  private final Removals removals = new Removals();
  private final List<Entrant> entrants = new ArrayList<>();

  /// @param inbox of the room: hears what was read
  Entrants(
      RoomId id,
      RoomSource source,
      Consumer<Signal> inbox,
      RoomCursor cursor,
      Broadcast broadcast) {
    this.id = id;
    this.source = source;
    this.inbox = inbox;
    this.cursor = cursor;
    this.broadcast = broadcast;
  }

  boolean isEmpty() {
    return entrants.isEmpty();
  }

  /// What the log says of removals.
  Removals removals() {
    return removals;
  }

  /// A connection wants in.
  ///
  /// @return what the cursor wants for it
  RoomCursor.Next arrive(Joining joining) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    Entrant entrant = new Entrant(joining, until);
    entrants.add(entrant);
    return proceed(entrant);
  }

  /// The room's position is known, or known better.
  RoomCursor.Next proceed() {
    RoomCursor.Next next = RoomCursor.Next.NOTHING;
    for (Entrant entrant : List.copyOf(entrants)) {
      if (entrant.stage == Entrant.Stage.WAITING && !cursor.fetching()) {
        next = proceed(entrant);
      }
    }
    return next;
  }

  private RoomCursor.Next proceed(Entrant entrant) {
    Joining joining = entrant.joining;
    Occupant occupant = joining.member();
    if (!cursor.known() || cursor.fetching()) {
      return cursor.wanted();
    }
    if (isOut(entrant)) {
      return RoomCursor.Next.NOTHING;
    }
    if (occupant.permitted() < Math.min(removals.since(), cursor.position())) {
      vet(entrant, cursor.position());
    } else if (joining.since() == Joining.FROM_NOW || joining.since() == cursor.position()) {
      done(entrant, () -> enter(joining));
    } else if (joining.since() < cursor.position()) {
      catchUp(entrant);
    } else if (!entrant.askedCore) {
      entrant.askedCore = true; // the client knows more than we do: see what core knows
      return cursor.ask();
    } else if (!cursor.behind()) {
      done(entrant, () -> reset(joining, 0));
    }
    return RoomCursor.Next.NOTHING;
  }

  /// It left meanwhile, or was removed: the log has the last word.
  private boolean isOut(Entrant entrant) {
    Occupant occupant = entrant.occupant();
    if (removals.standsAbove(occupant.userId(), occupant.permitted())) {
      refuse(entrant, Refusal.REMOVED);
      return true;
    }
    if (occupant.over()) {
      refuse(entrant, Refusal.LEFT);
      return true;
    }
    return false;
  }

  private void vet(Entrant entrant, long upTo) {
    entrant.stage = Entrant.Stage.VETTING;
    entrant.upTo = upTo;
    read(entrant, entrant.occupant().permitted(), VETTING_PAGE);
  }

  private void catchUp(Entrant entrant) {
    entrant.stage = Entrant.Stage.CATCHING_UP;
    entrant.upTo = cursor.position();
    read(entrant, entrant.joining.since(), MISSED_PAGE);
  }

  private void read(Entrant entrant, long since, int limit) {
    try {
      source.read(
          id, since, entrant.upTo, limit, page -> inbox.accept(new Signal.Answered(entrant, page)));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "room " + id + ", " + UUID.randomUUID(), e);
      refuse(entrant, Refusal.UNREACHABLE);
    }
  }

  /// Core answered what was read for an entrant; null when it did not.
  RoomCursor.Next answered(Entrant entrant, @Nullable LogPage page) {
    if (!entrants.contains(entrant) || isOut(entrant)) {
      return RoomCursor.Next.NOTHING;
    }
    if (page == null) {
      refuse(entrant, Refusal.UNREACHABLE);
      return RoomCursor.Next.NOTHING;
    }
    if (entrant.stage == Entrant.Stage.VETTING) {
      return vetted(entrant, page);
    }
    caughtUp(entrant, page);
    return RoomCursor.Next.NOTHING;
  }

  private RoomCursor.Next vetted(Entrant entrant, LogPage page) {
    Occupant occupant = entrant.occupant();
    String user = occupant.userId().value();
    for (RoomEvent event : page.getEventsList()) {
      if (event.getMemberRemoved().getUserId().equals(user)) {
        refuse(entrant, Refusal.REMOVED);
        return RoomCursor.Next.NOTHING;
      }
    }
    long seen = reached(occupant.permitted(), page);
    if (page.getFloor() > occupant.permitted() || seen <= occupant.permitted()) {
      refuse(entrant, Refusal.UNREACHABLE); // nobody can tell now
      return RoomCursor.Next.NOTHING;
    }
    occupant.permit(seen);
    if (seen < entrant.upTo) {
      vet(entrant, entrant.upTo);
      return RoomCursor.Next.NOTHING;
    }
    entrant.stage = Entrant.Stage.WAITING;
    return proceed(entrant);
  }

  /// Up to where a page that was read above a position goes on without a hole.
  private static long reached(long since, LogPage page) {
    long reached = since;
    for (RoomEvent event : page.getEventsList()) {
      if (event.getSeq() <= reached + 1) {
        reached = Math.max(reached, Positions.last(event));
      }
    }
    return reached;
  }

  private void caughtUp(Entrant entrant, LogPage page) {
    Joining joining = entrant.joining;
    if (page.getFloor() > joining.since()) {
      done(entrant, () -> reset(joining, page.getFloor()));
    } else if (reached(joining.since(), page) < entrant.upTo || entrant.overrun) {
      boolean in = broadcast.contains(joining.member());
      done(entrant, () -> joining.partOf(cursor.position(), page.getEventsList(), in));
    } else {
      done(entrant, () -> follow(entrant, page));
    }
  }

  private void enter(Joining joining) {
    joining.joined(cursor.position(), List.of());
    add(joining.member());
  }

  private void reset(Joining joining, long floor) {
    joining.reset(floor, cursor.position());
    add(joining.member());
  }

  private void add(Occupant occupant) {
    broadcast.add(occupant);
    occupant.arrived();
  }

  private void follow(Entrant entrant, LogPage page) {
    Occupant occupant = entrant.occupant();
    entrant.joining.joined(entrant.upTo, page.getEventsList());
    if (!broadcast.contains(occupant)) { // else it got them as they came
      entrant.held.forEach(held -> occupant.deliver(held.seq(), held.packet()));
      add(occupant);
    }
  }

  private void refuse(Entrant entrant, Refusal why) {
    done(entrant, () -> entrant.joining.refused(why, broadcast.contains(entrant.occupant())));
  }

  private void done(Entrant entrant, Runnable answer) {
    entrants.remove(entrant);
    try {
      answer.run();
    } catch (RuntimeException e) {
      broadcast.remove(entrant.occupant());
      broadcast.failed(entrant.occupant(), e);
    }
  }

  /// An event of the log is delivered: who catches up gets it later.
  void hold(long seq, Packet packet) {
    for (Entrant entrant : entrants) {
      if (entrant.stage == Entrant.Stage.CATCHING_UP) {
        entrant.hold(seq, packet);
      }
    }
  }

  /// It is gone.
  void leave(Occupant occupant) {
    for (Entrant entrant : List.copyOf(entrants)) {
      if (entrant.occupant() == occupant) {
        refuse(entrant, Refusal.LEFT);
      }
    }
  }

  /// Refuses those whose time is over.
  ///
  /// @return nanoseconds until the next one's is; negative when there is none
  long expire(long nowNanos) {
    long next = -1;
    for (Entrant entrant : List.copyOf(entrants)) {
      long left = entrant.untilNanos - nowNanos;
      if (left <= 0) {
        refuse(entrant, Refusal.UNREACHABLE);
      } else {
        next = next < 0 ? left : Math.min(next, left);
      }
    }
    return next;
  }
}
