package parley.edge.engineio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Drains a session's outbox to the client. The queue is the session's: a transport that takes over
/// from another goes on where that one stopped.
interface Transport {

  /// One chance to write.
  interface Writing {

    /// Writes packets; blocks while the client does not read. One caller at a time.
    ///
    /// @throws RuntimeException when the client is gone
    void write(List<Packet> packets);
  }

  /// Takes the next chance to write; null while there is none. What is taken must be used.
  @Nullable Writing claim();

  /// Would {@link #claim} succeed?
  boolean writable();

  /// Packets that one write may have.
  int mostPackets();

  /// Bytes after which a write takes no further packet.
  int mostBytes();

  /// Ends the transport at once.
  void drop();
}
