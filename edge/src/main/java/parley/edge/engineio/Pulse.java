package parley.edge.engineio;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// When to ping a client, and when to take it for dead. Pings go out on schedule whatever the
/// traffic, for clients watch for pings alone; any packet puts off the pong's deadline, and so does
/// a client's packet that is still being handled. Version 3's clients ping by themselves.
///
/// Times are {@link System#nanoTime}. It is the timer on the wheel, which keeps it until its next
/// beat even when the session is over; by then it knows the session no more.
final class Pulse implements Wheel.Timer {

  /// The session that it beats for; must not block.
  interface Heart {

    /// Is something of the client's on its way in, though not whole yet?
    boolean receiving();

    /// Sends a ping.
    void ping();

    /// The client is gone.
    void dead();
  }

  private final EngineConfig.Heartbeat config;
  private final boolean v3;
  private volatile @Nullable Heart heart;
  private long nextPing; // of the wheel's thread
  private volatile boolean awaitingPong;
  private volatile boolean busy;
  private volatile long silentSince;

  Pulse(EngineConfig.Heartbeat config, boolean v3, Heart heart) {
    this.heart = heart;
    this.config = config;
    this.v3 = v3;
    long now = System.nanoTime();
    long spread = config.spread().toNanos();
    long early = spread == 0 ? 0 : ThreadLocalRandom.current().nextLong(spread);
    this.nextPing = now + config.interval().toNanos() - early;
    this.silentSince = now;
  }

  /// Until the first beat.
  long firstNanos() {
    return nextPing - System.nanoTime();
  }

  /// The session is over.
  void stop() {
    heart = null;
  }

  @Override
  public long due(long now) {
    Heart known = heart;
    if (known == null) {
      return -1;
    }
    if (busy || known.receiving()) {
      heard(now);
    }
    if (overdue(now)) {
      known.dead();
      return -1;
    }
    if (v3 || awaitingPong) {
      return silentSince + limit() - now;
    }
    return now < nextPing ? nextPing - now : ping(now, known);
  }

  /// The schedule is kept, and the deadline counted, from when the ping was due; unless this
  /// process stood still for longer than is usual.
  private long ping(long now, Heart known) {
    boolean late = now - nextPing > limit() / 2;
    long due = late ? now : nextPing;
    nextPing = due + config.interval().toNanos();
    heard(due);
    awaitingPong = true;
    known.ping();
    return Math.max(0, Math.min(nextPing, due + limit()) - now);
  }

  /// A packet, or a part of one, was heard. For any thread.
  void heard(long now) {
    silentSince = Math.max(silentSince, now);
  }

  /// The pong was heard. For any thread.
  void pong() {
    awaitingPong = false;
  }

  /// Something of the client's is being handled. For any thread.
  void busy(boolean handling) {
    heard(System.nanoTime());
    busy = handling;
  }

  /// Should the client have answered by now? For any thread.
  boolean overdue(long now) {
    return (awaitingPong || v3) && !busy && now - silentSince >= limit();
  }

  private long limit() {
    return v3 ? config.interval().plus(config.timeout()).toNanos() : config.timeout().toNanos();
  }
}
