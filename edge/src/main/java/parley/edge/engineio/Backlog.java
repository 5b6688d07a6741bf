package parley.edge.engineio;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Packets that wait for one client, bounded in bytes. Pure; guarded by its outbox.
final class Backlog {

  private final int maxBytes;
  private @Nullable ArrayDeque<Packet> queue; // null while empty: most clients are idle
  private int bytes;
  private boolean direct;

  /// @param maxBytes that may wait; a packet that alone exceeds them passes when nothing waits
  Backlog(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean isEmpty() {
    return queue == null;
  }

  /// Bytes that wait.
  int bytes() {
    return bytes;
  }

  /// Does something wait that few are to get?
  boolean hasDirect() {
    return direct;
  }

  /// Is it so much that what can be left out is?
  boolean overHalf() {
    return bytes > maxBytes / 2;
  }

  /// Queues a packet; where there is no room, those that can be left out make some.
  ///
  /// @return false when there is none even so; the packet is not queued
  boolean offer(Packet packet) {
    if (bytes > 0 && bytes + packet.size() > maxBytes && !shed(packet)) {
      return false;
    }
    add(packet);
    return true;
  }

  private boolean shed(Packet packet) {
    if (queue != null) {
      queue.removeIf(Packet::droppable);
      bytes = queue.stream().mapToInt(Packet::size).sum();
    }
    return bytes == 0 || bytes + packet.size() <= maxBytes;
  }

  /// Queues a packet whatever waits.
  void add(Packet packet) {
    if (queue == null) {
      queue = new ArrayDeque<>(4);
    }
    queue.add(packet);
    bytes += packet.size();
    direct |= !packet.isForMany();
  }

  /// Takes what goes out in one write: at least one packet, and then as many as fit.
  void take(List<Packet> batch, int mostPackets, int mostBytes) {
    if (queue == null) {
      return;
    }
    int size = 0;
    int count = 0;
    for (Packet next = queue.peek(); next != null; next = queue.peek()) {
      count += next.count();
      boolean fits =
          count <= mostPackets && size + next.size() <= mostBytes && next != PollingTransport.CLOSE;
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
  }

  /// Throws away all that waits.
  void clear() {
    queue = null;
    bytes = 0;
    direct = false;
  }
}
