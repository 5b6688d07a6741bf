package parley.edge.engineio;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Long polling: there is a chance to write whenever the client has a GET open, and each GET is one
/// chance.
final class PollingTransport implements Transport {

  static final Packet NOOP = Packet.of("6");

  /// Goes out alone: the official JavaScript client heeds it before what comes with it.
  static final Packet CLOSE = Packet.of("1");

  /// python-engineio refuses a longer answer whole.
  private static final int PYTHONS_MOST = 16;

  private static final int MOST_BYTES = 1_000_000;

  private final int mostPackets;
  private @Nullable Poll open; // guarded by this
  private boolean posting; // guarded by this
  private volatile boolean brokenOff;
  private volatile Packet farewell = CLOSE;

  PollingTransport(Handshake handshake) {
    String agent = handshake.header("user-agent").toLowerCase(Locale.ROOT);
    this.mostPackets = agent.contains("python") ? PYTHONS_MOST : Integer.MAX_VALUE;
  }

  /// A GET has come.
  ///
  /// @return false when there is one already: the client broke the rules
  synchronized boolean opened(Poll poll) {
    if (open != null) {
      return false;
    }
    open = poll;
    return true;
  }

  /// A GET's client is gone.
  ///
  /// @return true when the GET was still waiting
  synchronized boolean gone(Poll poll) {
    boolean waiting = open == poll;
    open = waiting ? null : open;
    return waiting;
  }

  /// A POST begins; false when one is under way: the client broke the rules.
  synchronized boolean beginPost() {
    boolean may = !posting;
    posting = true;
    return may;
  }

  synchronized void endPost() {
    posting = false;
  }

  /// Is a request of the client's under way that may be slow to arrive?
  synchronized boolean posting() {
    return posting;
  }

  /// Ends an open GET, if there is one, with this packet, past the queue.
  ///
  /// @return false when its client was gone
  boolean release(Packet packet) {
    Poll poll = take();
    try {
      if (poll != null) {
        poll.answer(List.of(packet));
      }
      return true;
    } catch (RuntimeException gone) {
      return false;
    }
  }

  private synchronized @Nullable Poll take() {
    Poll poll = open;
    open = null;
    return poll;
  }

  @Override
  public @Nullable Writing claim() {
    Poll poll = take();
    return poll == null ? null : poll::answer;
  }

  @Override
  public synchronized boolean writable() {
    return open != null;
  }

  @Override
  public int mostPackets() {
    return mostPackets;
  }

  @Override
  public int mostBytes() {
    return MOST_BYTES;
  }

  /// Its client said goodbye: a poll that it has open, or opens at the same time, is answered with
  /// a noop.
  void leaves() {
    farewell = NOOP;
  }

  /// What the last poll is answered with.
  Packet farewell() {
    return farewell;
  }

  /// Its end is to look like a lost connection.
  void breakOff() {
    brokenOff = true;
  }

  @Override
  public void drop() {
    if (!brokenOff) {
      release(farewell);
      return;
    }
    Poll poll = take();
    try {
      if (poll != null) {
        poll.refuse();
      }
    } catch (RuntimeException gone) {
      // as it is to believe
    }
  }
}
