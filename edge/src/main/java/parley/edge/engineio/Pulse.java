package parley.edge.engineio;

import java.util.concurrent.ThreadLocalRandom;

/// When to ping a client, and when to take it for dead. Pings go out on schedule whatever the
/// traffic, for clients watch for pings alone; any packet puts off the pong's deadline, and so does
/// a client's packet that is still being handled. Version 3's clients ping by themselves.
///
/// Times are {@link System#nanoTime}. For the wheel's thread, but where said otherwise.
final class Pulse {

  /// What to do at a beat.
  sealed interface Beat {

    /// Nothing, for so long.
    record Wait(long nanos) implements Beat {}

    /// Ping, and look again after so long.
    record Ping(long nanos) implements Beat {}

    /// The client is gone.
    record Dead() implements Beat {}
  }

  private final EngineConfig.Heartbeat config;
  private final boolean v3;
  private long nextPing;
  private volatile boolean awaitingPong;
  private volatile boolean busy;
  private volatile long silentSince;

  Pulse(EngineConfig.Heartbeat config, boolean v3) {
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

  /// The timer's call.
  Beat beat(long now) {
    if (v3) {
      long left = silentSince + limit() - now;
      return busy ? new Beat.Wait(limit()) : left > 0 ? new Beat.Wait(left) : new Beat.Dead();
    }
    if (awaitingPong) {
      return busy
          ? new Beat.Wait(limit())
          : overdue(now) ? new Beat.Dead() : new Beat.Wait(silentSince + limit() - now);
    }
    if (now < nextPing) {
      return new Beat.Wait(nextPing - now);
    }
    return ping(now);
  }

  /// The schedule is kept, and the deadline counted, from when the ping was due; unless this
  /// process stood still for longer than is usual.
  private Beat ping(long now) {
    boolean late = now - nextPing > limit() / 2;
    long due = late ? now : nextPing;
    nextPing = due + config.interval().toNanos();
    heard(due);
    awaitingPong = true;
    return new Beat.Ping(Math.min(nextPing - now, due + limit() - now));
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
