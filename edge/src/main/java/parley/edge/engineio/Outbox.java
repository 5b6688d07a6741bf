package parley.edge.engineio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client has yet to be sent: bounded in bytes, written by one drainer at a time to
/// whatever transport the session has now. Offering never blocks. Over half of the bound, droppable
/// packets are left out; at the bound those that wait are thrown out first, and if that is not
/// enough the transport is dropped: the client comes back and recovers. A packet that alone exceeds
/// the bound passes when nothing waits.
final class Outbox {

  /// The session above; called without locks held, must not block.
  interface Owner {

    /// The client was too slow; the outbox is closed. At most once.
    void overflowed();

    /// A write failed; the outbox is closed. At most once.
    void failed();

    /// All was written that was to be written before the end. At most once.
    void finished();
  }

  private final Drainers drainers;
  private final Owner owner;
  // Guarded by this.
  private final Backlog backlog;
  private Transport transport;
  private @Nullable Priority waitsAs; // in which queue it waits for a drainer; null = in none
  private boolean placeInBulk; // ignored while it waits in the other queue
  private boolean writing;
  private boolean closing;
  private boolean closed;

  Outbox(Transport transport, Drainers drainers, int maxBytes, Owner owner) {
    this.transport = transport;
    this.drainers = drainers;
    this.backlog = new Backlog(maxBytes);
    this.owner = owner;
  }

  /// Queues a packet.
  ///
  /// @return false when it will not be sent
  boolean offer(Packet packet) {
    Priority start = null;
    boolean overflow = false;
    synchronized (this) {
      if (closing || closed || packet.droppable() && backlog.overHalf()) {
        return false;
      }
      if (backlog.offer(packet)) {
        start = start();
      } else {
        overflow = true;
        closed = true;
        backlog.clear();
      }
    }
    if (overflow) {
      owner.overflowed();
      return false;
    }
    ready(start);
    return true;
  }

  private void ready(@Nullable Priority start) {
    if (start != null) {
      drainers.ready(this, start);
    }
  }

  /// Queues a packet if it can be written right now, and nothing waits before it.
  ///
  /// @return false when it will not be sent
  boolean offerVolatile(Packet packet) {
    Priority start;
    synchronized (this) {
      if (closing || closed || draining() || !backlog.isEmpty() || !transport.writable()) {
        return false;
      }
      backlog.add(packet);
      start = start();
    }
    ready(start);
    return true;
  }

  /// The transport can write again.
  void resume() {
    Priority start;
    synchronized (this) {
      start = start();
    }
    ready(start);
  }

  /// From here on another transport is written to; a write that is under way is finished first.
  ///
  /// @return false when the outbox is closed
  boolean switchTo(Transport next) {
    Priority start;
    synchronized (this) {
      if (closed) {
        return false;
      }
      transport = next;
      start = start();
    }
    ready(start);
    return true;
  }

  /// Sends what is queued, then these, then drops the transport.
  void closeAfter(List<Packet> last) {
    finishWith(last, false);
  }

  /// Throws away what is queued, sends these, then drops the transport.
  void closeWith(List<Packet> last) {
    finishWith(last, true);
  }

  private void finishWith(List<Packet> last, boolean clear) {
    Priority start;
    synchronized (this) {
      if (closing || closed) {
        return;
      }
      if (clear) {
        backlog.clear();
      }
      last.forEach(backlog::add);
      start = start();
      closing = true;
    }
    ready(start);
    finishIfClosing();
  }

  /// Throws away what is queued and drops the transport at once.
  void drop() {
    Transport dropped;
    synchronized (this) {
      closed = true;
      backlog.clear();
      dropped = transport;
    }
    dropped.drop();
  }

  /// What is written to now.
  synchronized Transport transport() {
    return transport;
  }

  /// Bytes that wait.
  synchronized int bytes() {
    return backlog.bytes();
  }

  private boolean draining() {
    return waitsAs != null || writing;
  }

  /// Whoever waits among very many, and now has something for few, waits among these as well; its
  /// other place is void until it has something for many again.
  private @Nullable Priority start() {
    boolean waits = waitsAs == Priority.DIRECT || waitsAs == Priority.BULK && !backlog.hasDirect();
    boolean may = !writing && !waits && !closed && !backlog.isEmpty() && transport.writable();
    return may ? place() : null;
  }

  /// @return where it has to be put; null = it is there
  private @Nullable Priority place() {
    waitsAs = backlog.hasDirect() ? Priority.DIRECT : Priority.BULK;
    if (backlog.hasDirect()) {
      return waitsAs;
    }
    boolean there = placeInBulk;
    placeInBulk = true;
    return there ? null : waitsAs;
  }

  /// Writes one batch: what waits, as much as the transport takes at once. For a drainer.
  ///
  /// @param from where the drainer found it
  /// @return where it is to wait again; null = nowhere
  @Nullable Priority drainOnce(Priority from) {
    List<Packet> batch = new ArrayList<>(4);
    Transport.Writing claimed;
    synchronized (this) {
      placeInBulk &= from != Priority.BULK;
      if (waitsAs != from) {
        return null; // it was found in the other one meanwhile
      }
      waitsAs = null;
      claimed = take(batch);
      writing = claimed != null;
    }
    if (claimed == null) {
      finishIfClosing(); // what waited may have been thrown away
      return null;
    }
    try {
      claimed.write(batch);
    } catch (RuntimeException gone) {
      drop();
      owner.failed();
      return null;
    }
    return afterWrite();
  }

  private Transport.@Nullable Writing take(List<Packet> batch) {
    Transport.Writing claimed = backlog.isEmpty() ? null : transport.claim();
    if (claimed != null) {
      backlog.take(batch, transport.mostPackets(), transport.mostBytes());
    }
    return claimed;
  }

  private @Nullable Priority afterWrite() {
    synchronized (this) {
      writing = false;
      if (!backlog.isEmpty() && !closed) {
        return place(); // the next turn finds out whether the transport can write
      }
    }
    finishIfClosing();
    return null;
  }

  private void finishIfClosing() {
    synchronized (this) {
      if (!closing || closed || draining() || !backlog.isEmpty()) {
        return;
      }
      closed = true;
    }
    finish();
  }

  private void finish() {
    drop();
    owner.finished();
  }
}
