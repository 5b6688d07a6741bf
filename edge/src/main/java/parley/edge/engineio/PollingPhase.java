package parley.edge.engineio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A session while it polls, which may end with a WebSocket taking over. From the answer to the
/// WebSocket's probe until it takes over no poll is left hanging, for the client waits for its open
/// poll before it goes on.
final class PollingPhase {

  private final EngineSession session;
  private final Outbox outbox;
  private final PollingTransport polls;
  // Guarded by this.
  private @Nullable WebSocketTransport probe;
  private boolean probeAnswered;
  private boolean over; // a WebSocket has taken over

  PollingPhase(EngineSession session, Outbox outbox, PollingTransport polls) {
    this.session = session;
    this.outbox = outbox;
    this.polls = polls;
  }

  PollingTransport polls() {
    return polls;
  }

  /// A GET has come, and waits.
  ///
  /// @return false when there is one already
  boolean poll(Poll poll) {
    if (!polls.opened(poll)) {
      return false;
    }
    outbox.resume();
    if (upgrading()) {
      releaseIdle();
    }
    return true;
  }

  private synchronized boolean upgrading() {
    return probeAnswered;
  }

  /// Ends an open poll with a noop, unless there is something better to end it with. A write that
  /// is under way has taken its poll already.
  private void releaseIdle() {
    if (outbox.bytes() == 0 && !polls.release(PollingTransport.NOOP)) {
      session.transportFailed();
    }
  }

  /// A WebSocket wants to take over.
  ///
  /// @return false when there is one already
  boolean probing(WebSocketTransport candidate, Duration patience) {
    synchronized (this) {
      if (over || probe != null) {
        return false;
      }
      probe = candidate;
    }
    session.after(patience, () -> giveUp(candidate));
    return true;
  }

  private void giveUp(WebSocketTransport candidate) {
    if (forget(candidate)) {
      candidate.drop();
    }
  }

  /// The candidate's probe was answered.
  void probed(WebSocketTransport candidate) {
    synchronized (this) {
      if (probe != candidate) {
        return;
      }
      probeAnswered = true;
    }
    releaseIdle();
  }

  /// The candidate takes over; what is queued goes there, the last words of a session that was
  /// ended meanwhile too: its client polls no more.
  ///
  /// @return false when it may not
  boolean upgraded(WebSocketTransport candidate) {
    synchronized (this) {
      if (over || probe != candidate) {
        return false;
      }
      over = true;
      probe = null;
      probeAnswered = false;
    }
    boolean switched = outbox.switchTo(candidate);
    polls.release(PollingTransport.NOOP);
    return switched;
  }

  /// The candidate is gone; the polls go on.
  ///
  /// @return true when it had been the candidate
  synchronized boolean forget(WebSocketTransport candidate) {
    if (probe != candidate) {
      return false;
    }
    probe = null;
    probeAnswered = false;
    return true;
  }
}
