package parley.edge.engineio;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// How a session ends, and that the layer above hears of it: once, however end and beginning
/// overlap. For any thread.
final class Ends implements Outbox.Owner {

  private static final System.Logger LOG = System.getLogger(Ends.class.getName());

  /// A peer that does not answer a close frame.
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// How long the last packets wait for the next poll of a client that is told to go.
  private static final long LAST_POLL_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final EngineServer server;
  private final EngineSession session;
  private volatile boolean ended;
  private EndReason reason = EndReason.TRANSPORT_CLOSE; // guarded by this; of the end
  private boolean told; // guarded by this

  Ends(EngineServer server, EngineSession session) {
    this.server = server;
    this.session = session;
  }

  boolean ended() {
    return ended;
  }

  void closeAfter(Packet last, EndReason why) {
    boolean polls = session.polling() != null;
    List<Packet> packets = new ArrayList<>(List.of(last));
    packets.addAll(farewell(why));
    outbox().closeAfter(packets);
    server.wheel().once(polls ? LAST_POLL_NANOS : GOODBYE_NANOS, this::finishNow);
    end(why);
  }

  void finish(EndReason why) {
    outbox().closeAfter(farewell(why));
    server.wheel().once(GOODBYE_NANOS, this::finishNow);
    end(why);
  }

  void close(EndReason why) {
    List<Packet> farewell = farewell(why);
    outbox().closeWith(pollIsOpen() ? farewell : List.of());
    server.forget(session);
    server.wheel().once(GOODBYE_NANOS, outbox()::drop);
    end(why);
  }

  /// What a client that polls is told: nothing, where it is to come back.
  private List<Packet> farewell(EndReason why) {
    PollingTransport polls = session.polling();
    if (polls == null) {
      return List.of();
    }
    if (why.isOurs()) {
      polls.breakOff();
      return List.of();
    }
    return List.of(polls.farewell());
  }

  /// At once, without a word.
  void drop(EndReason why) {
    finishNow();
    end(why);
  }

  /// Then its client can be told; a client without one finds the session gone when it asks again,
  /// and one on a WebSocket when that closes.
  private boolean pollIsOpen() {
    PollingTransport polls = session.polling();
    return polls != null && polls.writable();
  }

  private void finishNow() {
    server.forget(session);
    outbox().drop();
  }

  private Outbox outbox() {
    return session.outbox();
  }

  @Override
  public void overflowed() {
    drop(EndReason.TOO_SLOW);
  }

  @Override
  public void failed() {
    drop(EndReason.TRANSPORT_ERROR);
  }

  @Override
  public void finished() {
    server.forget(session);
  }

  private void end(EndReason why) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      reason = why;
    }
    session.silence();
    tell();
  }

  /// Tells the layer above, if it is there to be told.
  void tell() {
    EngineListener known = session.listener();
    EndReason why;
    synchronized (this) {
      if (!ended || known == null || told) {
        return;
      }
      told = true;
      why = reason;
    }
    try {
      known.closed(why);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "an end was not told, " + UUID.randomUUID(), e);
    }
  }
}
