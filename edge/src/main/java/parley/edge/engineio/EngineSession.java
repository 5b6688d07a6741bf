package parley.edge.engineio;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One client's Engine.IO session: its queue, its heartbeat, and whatever transport it has now.
/// Sending is for any thread and never blocks; what is heard comes from the transport's reading
/// threads, one call at a time.
public final class EngineSession implements Pulse.Heart {

  private static final System.Logger LOG = System.getLogger(EngineSession.class.getName());
  private static final Packet PING = Packet.of("2");

  private final EngineServer server;
  private final String sid;
  private final Handshake handshake;
  private final Framing framing;
  private final Outbox outbox;
  private final Pulse pulse;
  private final Ends ends;
  private final Hearing hearing;
  private volatile @Nullable PollingPhase polling; // null once it is on a WebSocket
  private volatile @Nullable EngineListener listener;

  /// @param webSocket the session begins on a WebSocket, not with a poll
  EngineSession(EngineServer server, String sid, Handshake handshake, boolean webSocket) {
    this.server = server;
    this.sid = sid;
    this.handshake = handshake;
    this.framing = Framing.of(handshake);
    this.pulse = new Pulse(server.config().heartbeat(), framing.isV3(), this);
    this.ends = new Ends(server, this);
    this.hearing = new Hearing(this, pulse, framing);
    PollingTransport polls = webSocket ? null : new PollingTransport(handshake);
    Transport first = polls == null ? webSocketTransport(true) : polls;
    this.outbox = new Outbox(first, server.drainers(), server.config().sizes().outbox(), ends);
    this.polling = polls == null ? null : new PollingPhase(this, outbox, polls);
  }

  /// The transport that the session begins with, which is a WebSocket.
  WebSocketTransport firstWebSocket() {
    if (outbox.transport() instanceof WebSocketTransport webSocket) {
      return webSocket;
    }
    throw new IllegalStateException("began with a poll");
  }

  /// A WebSocket of this session.
  ///
  /// @param current it is the session's transport from the start
  WebSocketTransport webSocketTransport(boolean current) {
    return new WebSocketTransport(this, server.config().http().compressFrom(), current);
  }

  /// The secret that requests name the session by.
  String sid() {
    return sid;
  }

  /// The request that began the session.
  public Handshake handshake() {
    return handshake;
  }

  /// Does the client speak version 3 of the protocol?
  public boolean isV3() {
    return framing.isV3();
  }

  Framing framing() {
    return framing;
  }

  /// Queues a packet; never blocks.
  ///
  /// @return false when it will not be sent
  public boolean send(Packet packet) {
    return outbox.offer(packet);
  }

  /// Sends a packet if it can be written right now, with nothing waiting before it; never blocks.
  ///
  /// @return false when it will not be sent
  public boolean sendVolatile(Packet packet) {
    return outbox.offerVolatile(packet);
  }

  /// Runs a short task after a while, whether the session still lives or not, unless it is
  /// cancelled.
  public Wheel.Once after(Duration delay, Runnable task) {
    return server.wheel().once(delay.toNanos(), task);
  }

  /// Ends the session after what is queued and `last` have been sent. The client's reconnection is
  /// up to what `last` says.
  public void closeAfter(Packet last, EndReason reason) {
    ends.closeAfter(last, reason);
  }

  /// Ends the session after what is queued has been sent. A client of the official kind comes back
  /// by itself.
  public void finish(EndReason reason) {
    ends.finish(reason);
  }

  /// Ends the session; what is queued is thrown away. A client of the official kind comes back by
  /// itself.
  public void close(EndReason reason) {
    ends.close(reason);
  }

  boolean ended() {
    return ends.ended();
  }

  Outbox outbox() {
    return outbox;
  }

  @Nullable EngineListener listener() {
    return listener;
  }

  /// Nothing is expected of the client any more.
  void silence() {
    pulse.stop();
  }

  /// Tells the client and the layer above that the session has begun.
  void start() {
    server.remember(this);
    outbox.offer(OpenPacket.of(server.config(), sid, polling() != null));
    hearing.inTurn(
        () -> {
          EngineListener created = server.upper().opened(this);
          listener = created;
          created.opened();
        });
    server.wheel().after(pulse.firstNanos(), pulse);
    ends.tell();
    if (ended()) {
      server.forget(this); // it was over before it was known
    }
  }

  /// A large request takes its time.
  @Override
  public boolean receiving() {
    PollingTransport polls = polling();
    return polls != null && polls.posting();
  }

  @Override
  public void ping() {
    EngineListener heard = listener;
    try {
      if (heard != null) {
        heard.pinged();
      }
      send(PING);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a ping failed, " + UUID.randomUUID(), e);
      close(EndReason.FAULT);
    }
  }

  @Override
  public void dead() {
    close(EndReason.PING_TIMEOUT);
  }

  /// Closes the session when its pong is overdue, which a request finds out before the timer does.
  /// False for one that has ended but still owes its client last words.
  boolean over() {
    if (!ended() && pulse.overdue(System.nanoTime())) {
      close(EndReason.PING_TIMEOUT);
      return true;
    }
    return false;
  }

  /// The polling transport, while it is the session's.
  @Nullable PollingTransport polling() {
    PollingPhase phase = polling;
    return phase == null ? null : phase.polls();
  }

  /// A GET has come, and waits.
  ///
  /// @return false when it broke the rules; the session is over then
  boolean poll(Poll poll) {
    PollingPhase phase = polling;
    if (phase == null || !phase.poll(poll)) {
      close(EndReason.TRANSPORT_ERROR);
      return false;
    }
    return true;
  }

  /// The client of a GET is gone.
  void pollGone(Poll poll) {
    PollingTransport polls = polling();
    if (polls != null && polls.gone(poll)) {
      ends.drop(EndReason.TRANSPORT_ERROR);
    }
  }

  /// A WebSocket wants to take over.
  ///
  /// @return false when it may not
  boolean probing(WebSocketTransport candidate) {
    PollingPhase phase = polling;
    return phase != null && phase.probing(candidate, server.config().transports().upgradeTimeout());
  }

  /// The WebSocket's probe was answered.
  void probed(WebSocketTransport candidate) {
    PollingPhase phase = polling;
    if (phase != null) {
      phase.probed(candidate);
    }
  }

  /// The WebSocket takes over.
  ///
  /// @return false when it may not
  boolean upgraded(WebSocketTransport candidate) {
    PollingPhase phase = polling;
    if (phase == null || !phase.upgraded(candidate)) {
      return false;
    }
    polling = null;
    return true;
  }

  /// A WebSocket that did not take over is gone.
  void probeEnded(WebSocketTransport candidate) {
    PollingPhase phase = polling;
    if (phase != null) {
      phase.forget(candidate);
    }
  }

  /// The current WebSocket has to write a control frame between packets.
  void control(Packet frame, boolean close) {
    if (close) {
      outbox.closeAfter(List.of(frame));
    } else {
      outbox.offer(frame);
    }
  }

  /// The current WebSocket is gone.
  void transportClosed(EndReason reason) {
    ends.drop(reason);
  }

  /// What brings the session what it hears.
  Hearing hearing() {
    return hearing;
  }

  /// Bytes that the client's next message, or request, may have.
  int maxMessage() {
    int usual = server.config().sizes().maxPayload();
    EngineListener known = listener;
    return known == null ? usual : known.maxMessage(usual);
  }

  /// A poll could not be answered.
  void transportFailed() {
    ends.failed();
  }

  EngineListener known() {
    EngineListener heard = listener;
    if (heard == null) {
      throw new IllegalStateException("nobody listens yet");
    }
    return heard;
  }

  /// The client says goodbye; a poll that it has open, or sent at the same time, is answered with a
  /// noop.
  void leave() {
    PollingTransport polls = polling();
    if (polls != null) {
      polls.leaves();
      if (!polls.writable()) {
        server.leaves(this);
      }
    }
    close(EndReason.TRANSPORT_CLOSE);
  }
}
