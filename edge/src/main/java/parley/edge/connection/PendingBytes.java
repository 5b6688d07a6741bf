package parley.edge.connection;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that clients have begun to say and not finished: pieces of messages, bodies of requests,
/// events whose attachments are due. Bounded in all and for each connection, for whoever sends
/// these need not be anybody. Safe for any thread.
public final class PendingBytes {

  /// Less is not counted: a connection that is silent in the middle of a word costs no more than
  /// one that says nothing.
  private static final int GRAIN = 4_096;

  private final PendingLimits limits;
  private final AtomicLong used = new AtomicLong();

  public PendingBytes(PendingLimits limits) {
    this.limits = limits;
  }

  /// Bytes that are counted now.
  public long used() {
    return used.get();
  }

  /// What a part of one connection has pending.
  public Account account() {
    return new Account();
  }

  /// Counts for one connection, until it is closed. Safe for any thread.
  public final class Account {

    private long counted; // guarded by this
    private boolean closed; // guarded by this

    private Account() {}

    /// So many bytes are pending now.
    ///
    /// @return false when that is more than may be: the connection has to go
    public synchronized boolean hold(long bytes) {
      if (closed || bytes > limits.each()) {
        return false;
      }
      long grains = bytes - bytes % GRAIN;
      long change = grains - counted;
      if (change == 0) {
        return true;
      }
      if (used.addAndGet(change) > limits.inAll() && change > 0) {
        used.addAndGet(-change);
        return false;
      }
      counted = grains;
      return true;
    }

    /// Nothing is pending any more.
    public synchronized void release() {
      used.addAndGet(-counted);
      counted = 0;
    }

    /// The connection is over.
    public synchronized void close() {
      closed = true;
      release();
    }
  }
}
