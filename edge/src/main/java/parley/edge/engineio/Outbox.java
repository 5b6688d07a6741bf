package parley.edge.engineio;

import java.util.ArrayDeque;
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
  private final int maxBytes;
  private final Owner owner;
  // Guarded by this. The queue is null while empty: most clients are idle.
  private Transport transport;
  private @Nullable ArrayDeque<Packet> queue;
  private int bytes;
  private boolean draining;
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
    boolean start = false;
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
    if (start) {
      drainers.ready(this);
    }
    return true;
  }

  /// Queues a packet if it can be written right now, and nothing waits before it.
  ///
  /// @return false when it will not be sent
  boolean offerVolatile(Packet packet) {
    synchronized (this) {
      if (closing || closed || draining || queue != null || !transport.writable()) {
        return false;
      }
      add(packet);
    }
    drainers.ready(this);
    return true;
  }

  /// The transport can write again.
  void resume() {
    boolean start;
    synchronized (this) {
      start = mayStart();
      draining |= start;
    }
    if (start) {
      drainers.ready(this);
    }
  }

  /// From here on another transport is written to; a write that is under way is finished first.
  ///
  /// @return false when the outbox is closed
  boolean switchTo(Transport next) {
    boolean start;
    synchronized (this) {
      if (closed) {
        return false;
      }
      transport = next;
      start = mayStart();
      draining |= start;
    }
    if (start) {
      drainers.ready(this);
    }
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
    boolean start = false;
    synchronized (this) {
      if (closing || closed) {
        return;
      }
      if (clear) {
        clear();
      }
      for (Packet packet : last) {
        start |= add(packet);
      }
      closing = true;
    }
    if (start) {
      drainers.ready(this);
    }
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
    return draining || queue != null;
  }

  private boolean shed(Packet packet) {
    if (queue != null) {
      queue.removeIf(Packet::droppable);
      bytes = queue.stream().mapToInt(Packet::size).sum();
    }
    return bytes == 0 || bytes + packet.size() <= maxBytes;
  }

  /// True when a drainer must be called.
  private boolean add(Packet packet) {
    if (queue == null) {
      queue = new ArrayDeque<>(4);
    }
    queue.add(packet);
    bytes += packet.size();
    boolean start = mayStart();
    draining |= start;
    return start;
  }

  private boolean mayStart() {
    return !draining && !closed && queue != null && transport.writable();
  }

  private void clear() {
    queue = null;
    bytes = 0;
  }

  /// Writes one batch: what waits, as much as the transport takes at once. For a drainer.
  ///
  /// @return true when more waits
  boolean drainOnce() {
    List<Packet> batch = new ArrayList<>(4);
    Transport.Writing writing = take(batch);
    if (writing == null) {
      finishIfClosing(); // what waited may have been thrown away
      return false;
    }
    try {
      writing.write(batch);
    } catch (RuntimeException gone) {
      drop();
      owner.failed();
      return false;
    }
    return afterWrite();
  }

  private synchronized Transport.@Nullable Writing take(List<Packet> batch) {
    Transport.Writing writing = queue == null ? null : transport.claim();
    if (writing == null || queue == null) {
      draining = false;
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
      queue = null;
    }
    return writing;
  }

  private boolean afterWrite() {
    synchronized (this) {
      if (queue != null) {
        return true; // the next turn finds out whether the transport can write
      }
      draining = false;
    }
    finishIfClosing();
    return false;
  }

  private void finishIfClosing() {
    synchronized (this) {
      if (!closing || closed || draining || queue != null) {
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
