package parley.edge.engineio;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What one client has yet to be sent: bounded in bytes, written by one drainer at a time. Offering
/// never blocks. Over half of the bound, droppable packets are left out; at the bound those that
/// wait are thrown out first, and if that is not enough the transport is dropped: the client comes
/// back and recovers.
final class Outbox {

  private static final int BYTES_IN_A_WRITE = 16 * 1024;

  private final Transport transport;
  private final Drainers drainers;
  private final int maxBytes;
  private final Runnable overflow;
  // Guarded by this. Null while empty: most clients are idle.
  private @Nullable ArrayDeque<Packet> queue;
  private int bytes;
  private boolean draining;
  private boolean closing;
  private boolean closed;

  /// @param overflow called at most once, when a client was too slow; must not block
  Outbox(Transport transport, Drainers drainers, int maxBytes, Runnable overflow) {
    this.transport = transport;
    this.drainers = drainers;
    this.maxBytes = maxBytes;
    this.overflow = overflow;
  }

  /// Queues a packet.
  ///
  /// @return false when it will not be sent
  boolean offer(Packet packet) {
    boolean start;
    synchronized (this) {
      if (closing || closed || packet.droppable() && bytes > maxBytes / 2) {
        return false;
      }
      if (bytes + packet.size() > maxBytes && !shed(packet)) {
        closed = true;
        clear();
        start = false;
      } else {
        start = add(packet);
      }
    }
    if (closed) {
      overflow.run();
      return false;
    }
    if (start) {
      drainers.ready(this);
    }
    return true;
  }

  /// Sends what is queued, then `last`, then drops the transport.
  void closeAfter(Packet last) {
    boolean start;
    synchronized (this) {
      if (closing || closed) {
        return;
      }
      start = add(last);
      closing = true;
    }
    if (start) {
      drainers.ready(this);
    }
  }

  /// Throws away what is queued and takes no more.
  void close() {
    synchronized (this) {
      closed = true;
      clear();
    }
    transport.drop();
  }

  /// Bytes that wait.
  synchronized int bytes() {
    return bytes;
  }

  private boolean shed(Packet packet) {
    if (queue != null) {
      queue.removeIf(Packet::droppable);
      bytes = queue.stream().mapToInt(Packet::size).sum();
    }
    return bytes + packet.size() <= maxBytes;
  }

  private boolean add(Packet packet) {
    if (queue == null) {
      queue = new ArrayDeque<>(4);
    }
    queue.add(packet);
    bytes += packet.size();
    boolean start = !draining;
    draining = true;
    return start;
  }

  private void clear() {
    queue = null;
    bytes = 0;
  }

  /// Writes one batch: what waits, joined, up to 16 KiB. For a drainer.
  ///
  /// @return true when more waits
  boolean drainOnce() {
    byte[] batch = takeBatch();
    if (batch == null) {
      return false;
    }
    try {
      transport.write(batch);
    } catch (RuntimeException gone) {
      close(); // the reading side hears of it too, and reports it
      return false;
    }
    return afterWrite();
  }

  private synchronized byte @Nullable [] takeBatch() {
    if (queue == null || queue.isEmpty()) {
      draining = false;
      return null;
    }
    if (queue.size() == 1 || queue.element().size() >= BYTES_IN_A_WRITE) {
      Packet only = queue.remove();
      bytes -= only.size();
      return only.frame();
    }
    int size = 0;
    int count = 0;
    for (Packet packet : queue) {
      if (count > 0 && size + packet.size() > BYTES_IN_A_WRITE) {
        break;
      }
      size += packet.size();
      count++;
    }
    byte[] batch = new byte[size];
    int at = 0;
    for (int i = 0; i < count; i++) {
      byte[] frame = queue.remove().frame();
      System.arraycopy(frame, 0, batch, at, frame.length);
      at += frame.length;
    }
    bytes -= size;
    return batch;
  }

  private boolean afterWrite() {
    boolean drop;
    synchronized (this) {
      boolean empty = queue == null || queue.isEmpty();
      if (!empty) {
        return true;
      }
      queue = null;
      draining = false;
      drop = closing;
      closed |= closing;
    }
    if (drop) {
      transport.drop();
    }
    return false;
  }
}
