package parley.edge.engineio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.edge.engineio.Drainers.Lane;

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
  private final int maxBytes;
  private final Owner owner;
  // Guarded by this. The queue is null while empty: most clients are idle.
  private Transport transport;
  private @Nullable ArrayDeque<Packet> queue;
  private int bytes;
  private @Nullable Lane lane; // in which it waits for a drainer
  private boolean placeAmongMany; // void while the lane is another
  private boolean writing;
  private boolean hurried; // something that waits is for few
  private boolean closing;
  private boolean closed;

  Outbox(Transport transport, Drainers drainers, int maxBytes, Owner owner) {
    this.transport = transport;
    this.drainers = drainers;
    this.maxBytes = maxBytes;
    this.owner = owner;
  }

  /// Queues a packet.
  ///
  /// @return false when it will not be sent
  boolean offer(Packet packet) {
    Lane start = null;
    boolean overflow = false;
    synchronized (this) {
      if (closing || closed || packet.droppable() && bytes > maxBytes / 2) {
        return false;
      }
      if (bytes > 0 && bytes + packet.size() > maxBytes && !shed(packet)) {
        overflow = true;
        closed = true;
        clear();
      } else {
        start = add(packet);
      }
    }
    if (overflow) {
      owner.overflowed();
      return false;
    }
    ready(start);
    return true;
  }

  private void ready(@Nullable Lane start) {
    if (start != null) {
      drainers.ready(this, start);
    }
  }

  /// Queues a packet if it can be written right now, and nothing waits before it.
  ///
  /// @return false when it will not be sent
  boolean offerVolatile(Packet packet) {
    Lane start;
    synchronized (this) {
      if (closing || closed || draining() || queue != null || !transport.writable()) {
        return false;
      }
      start = add(packet);
    }
    ready(start);
    return true;
  }

  /// The transport can write again.
  void resume() {
    Lane start;
    synchronized (this) {
      start = start();
    }
    ready(start);
  }

  /// From here on another transport is written to; a write that is under way is finished first.
  ///
  /// @return false when the outbox is closed
  boolean switchTo(Transport next) {
    Lane start;
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
    Lane start;
    synchronized (this) {
      if (closing || closed) {
        return;
      }
      if (clear) {
        clear();
      }
      last.forEach(this::queue);
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
      clear();
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
    return bytes;
  }

  /// Is there anything to write, or about to be written?
  synchronized boolean busy() {
    return draining() || queue != null;
  }

  private boolean draining() {
    return lane != null || writing;
  }

  private boolean shed(Packet packet) {
    if (queue != null) {
      queue.removeIf(Packet::droppable);
      bytes = queue.stream().mapToInt(Packet::size).sum();
    }
    return bytes == 0 || bytes + packet.size() <= maxBytes;
  }

  /// @return where a drainer must be called; null = none
  private @Nullable Lane add(Packet packet) {
    queue(packet);
    return start();
  }

  private void queue(Packet packet) {
    if (queue == null) {
      queue = new ArrayDeque<>(4);
    }
    queue.add(packet);
    bytes += packet.size();
    hurried |= !packet.isForMany();
  }

  /// Whoever waits among very many, and now has something for few, waits among these as well; its
  /// other place is void until it has something for many again.
  private @Nullable Lane start() {
    boolean waits = lane == Lane.FEW || lane == Lane.MANY && !hurried;
    boolean may = !writing && !waits && !closed && queue != null && transport.writable();
    return may ? place() : null;
  }

  /// @return where it has to be put; null = it is there
  private @Nullable Lane place() {
    lane = hurried ? Lane.FEW : Lane.MANY;
    if (hurried) {
      return lane;
    }
    boolean there = placeAmongMany;
    placeAmongMany = true;
    return there ? null : lane;
  }

  private void clear() {
    queue = null;
    bytes = 0;
    hurried = false;
  }

  /// Writes one batch: what waits, as much as the transport takes at once. For a drainer.
  ///
  /// @param from where the drainer found it
  /// @return where it is to wait again; null = nowhere
  @Nullable Lane drainOnce(Lane from) {
    List<Packet> batch = new ArrayList<>(4);
    Transport.Writing claimed;
    synchronized (this) {
      placeAmongMany &= from != Lane.MANY;
      if (lane != from) {
        return null; // it was found in the other one meanwhile
      }
      lane = null;
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
    Transport.Writing claimed = queue == null ? null : transport.claim();
    if (claimed == null || queue == null) {
      return null;
    }
    int size = 0;
    int count = 0;
    for (Packet next = queue.peek(); next != null; next = queue.peek()) {
      count += next.count();
      boolean fits =
          count <= transport.mostPackets()
              && size + next.size() <= transport.mostBytes()
              && next != PollingTransport.CLOSE;
      if (!fits && !batch.isEmpty()) {
        break;
      }
      batch.add(queue.remove());
      size += next.size();
    }
    bytes -= size;
    if (queue.isEmpty()) {
      clear();
    }
    return claimed;
  }

  private @Nullable Lane afterWrite() {
    synchronized (this) {
      writing = false;
      if (queue != null && !closed) {
        return place(); // the next turn finds out whether the transport can write
      }
    }
    finishIfClosing();
    return null;
  }

  private void finishIfClosing() {
    synchronized (this) {
      if (!closing || closed || draining() || queue != null) {
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
