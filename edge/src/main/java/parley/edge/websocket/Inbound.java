package parley.edge.websocket;

import io.helidon.common.buffers.BufferData;
import java.io.EOFException;
import java.io.UncheckedIOException;

/// What a client sends after its handshake, as bytes. Used by the connection's thread alone; blocks
/// on the socket.
///
/// A connection that waits holds 256 bytes: most say little most of the time. While reads fill what
/// is held it grows, up to 8 KiB, and what is longer is read straight to where it belongs.
final class Inbound {

  /// Where the bytes come from.
  @FunctionalInterface
  interface Source {

    /// Adds to a buffer what there is, at least one byte; blocks while there is none.
    ///
    /// @return how many bytes, or -1 at the end
    /// @throws UncheckedIOException when the connection broke
    int read(BufferData target);
  }

  private static final int LEAST = 256;
  private static final int MOST = 8 * 1024;

  private final Source source;
  private BufferData held;
  private int capacity;
  private boolean filled;

  /// @param early bytes that came with the handshake, behind it
  Inbound(byte[] early, Source source) {
    this.source = source;
    this.held = BufferData.create(early);
  }

  /// The next byte.
  ///
  /// @throws UncheckedIOException at the end, or when the connection broke
  byte read() {
    if (held.available() == 0) {
      fill();
    }
    return (byte) held.read();
  }

  /// The next `length` bytes.
  ///
  /// @throws UncheckedIOException at the end, or when the connection broke
  byte[] read(int length) {
    byte[] bytes = new byte[length];
    int got = held.read(bytes, 0, length);
    if (length - got >= Math.max(capacity, LEAST)) {
      straight(bytes, got);
      return bytes;
    }
    while (got < length) {
      fill();
      got += held.read(bytes, got, length - got);
    }
    return bytes;
  }

  private void straight(byte[] bytes, int from) {
    int length = bytes.length - from;
    BufferData rest = BufferData.create(length);
    while (rest.available() < length) {
      receive(rest);
    }
    rest.read(bytes, from, length);
  }

  private void fill() {
    int size = filled ? Math.min(2 * capacity, MOST) : LEAST;
    if (size == capacity) {
      held.clear();
    } else {
      held = BufferData.create(size);
      capacity = size;
    }
    filled = receive(held) == size;
  }

  private int receive(BufferData target) {
    int got = source.read(target);
    if (got <= 0) {
      throw new UncheckedIOException(new EOFException());
    }
    return got;
  }
}
