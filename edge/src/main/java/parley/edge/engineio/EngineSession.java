package parley.edge.engineio;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client's Engine.IO session: its queue, its heartbeat, and whatever transport it has now.
/// Sending is for any thread and never blocks; what is heard comes from the transport's reading
/// threads, one call at a time.
public final class EngineSession implements Pulse.Heart, Outbox.Owner {

  private static final Packet PING = Packet.of("2");

  /// A peer that does not answer a close frame.
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// How long the last packets wait for the next poll of a client that is told to go.
  private static final long LAST_POLL_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final EngineServer server;
  private final String sid;
  private final Handshake handshake;
  private final Framing framing;
  private final Outbox outbox;
  private final Pulse pulse;
  private final Object hearing = new Object(); // held while the layer above hears something
  private volatile @Nullable PollingPhase polling; // null once it is on a WebSocket
  private volatile boolean ended;
  private volatile @Nullable EngineListener listener;
  private EndReason endReason = EndReason.TRANSPORT_CLOSE; // guarded by this; of the end
  private boolean endTold; // guarded by this

  /// @param webSocket the session begins on a WebSocket, not with a poll
  EngineSession(EngineServer server, String sid, Handshake handshake, boolean webSocket) {
    this.server = server;
    this.sid = sid;
    this.handshake = handshake;
    this.framing = Framing.of(handshake);
    this.pulse = new Pulse(server.config().heartbeat(), framing.isV3(), this);
    PollingTransport polls = webSocket ? null : new PollingTransport(handshake);
    Transport first = polls == null ? webSocketTransport(true) : polls;
    this.outbox = new Outbox(first, server.drainers(), server.config().sizes().outbox(), this);
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

  /// Bytes that wait for the client.
  public int waitingBytes() {
    return outbox.bytes();
  }

  /// Runs a short task after a while, whether the session still lives or not, unless it is
  /// cancelled.
  public Wheel.Once after(Duration delay, Runnable task) {
    return server.wheel().once(delay.toNanos(), task);
  }

  /// Ends the session after what is queued and `last` have been sent. The client's reconnection is
  /// up to what `last` says.
  public void closeAfter(Packet last, EndReason reason) {
    boolean polls = polling() != null;
    outbox.closeAfter(polls ? List.of(last, PollingTransport.CLOSE) : List.of(last));
    server.wheel().once(polls ? LAST_POLL_NANOS : GOODBYE_NANOS, this::finishNow);
    end(reason);
  }

  /// Ends the session after what is queued has been sent. A client of the official kind comes back
  /// by itself.
  public void finish(EndReason reason) {
    outbox.closeAfter(polling() == null ? List.of() : List.of(PollingTransport.CLOSE));
    server.wheel().once(GOODBYE_NANOS, this::finishNow);
    end(reason);
  }

  /// Ends the session; what is queued is thrown away. A client of the official kind comes back by
  /// itself.
  public void close(EndReason reason) {
    outbox.closeWith(pollIsOpen() ? List.of(PollingTransport.CLOSE) : List.of());
    server.forget(this);
    server.wheel().once(GOODBYE_NANOS, outbox::drop);
    end(reason);
  }

  /// Then its client can be told; a client without one finds the session gone when it asks again,
  /// and one on a WebSocket when that closes.
  private boolean pollIsOpen() {
    PollingTransport polls = polling();
    return polls != null && polls.writable();
  }

  private void finishNow() {
    server.forget(this);
    outbox.drop();
  }

  /// Ends the session at once, without a word.
  private void drop(EndReason reason) {
    server.forget(this);
    outbox.drop();
    end(reason);
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
    server.forget(this);
  }

  private void end(EndReason reason) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      endReason = reason;
    }
    pulse.stop();
    tellEnd();
  }

  /// The layer above hears of the end once, however end and beginning overlap.
  private void tellEnd() {
    EngineListener known = listener;
    EndReason reason;
    synchronized (this) {
      if (!ended || known == null || endTold) {
        return;
      }
      endTold = true;
      reason = endReason;
    }
    known.closed(reason);
  }

  /// Tells the client and the layer above that the session has begun.
  void start() {
    server.remember(this);
    outbox.offer(Packet.of(openPacket()));
    synchronized (hearing) {
      EngineListener created = server.upper().opened(this);
      listener = created;
      created.opened();
    }
    server.wheel().after(pulse.firstNanos(), pulse);
    tellEnd();
    if (ended) {
      server.forget(this); // it was over before it was known
    }
  }

  private String openPacket() {
    EngineConfig config = server.config();
    boolean upgrades = polling() != null && config.transports().webSocket();
    return "0{\"sid\":\""
        + sid
        + "\",\"upgrades\":["
        + (upgrades ? "\"websocket\"" : "")
        + "],\"pingInterval\":"
        + config.heartbeat().interval().toMillis()
        + ",\"pingTimeout\":"
        + config.heartbeat().timeout().toMillis()
        + ",\"maxPayload\":"
        + config.sizes().maxPayload()
        + "}";
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
    if (heard != null) {
      heard.pinged();
    }
    send(PING);
  }

  @Override
  public void dead() {
    close(EndReason.PING_TIMEOUT);
  }

  /// True when the session is over, or its pong is overdue: a request finds that out before the
  /// timer does.
  boolean over() {
    if (!ended && pulse.overdue(System.nanoTime())) {
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
      drop(EndReason.TRANSPORT_ERROR);
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
    drop(reason);
  }

  /// A text packet. While something is being heard the client's silence is ours: nothing more is
  /// read from it.
  void text(String packet) {
    synchronized (hearing) {
      if (!ended) {
        pulse.busy(true);
        try {
          textHeard(packet);
        } finally {
          pulse.busy(false);
        }
      }
    }
  }

  /// A binary frame, which is a message.
  void binary(byte[] frame) {
    synchronized (hearing) {
      if (!ended) {
        pulse.busy(true);
        try {
          binaryHeard(framing.binary(frame));
        } finally {
          pulse.busy(false);
        }
      }
    }
  }

  /// What a POST brought. Packets behind a malformed one, or behind the client's goodbye, are not
  /// heard.
  void posted(List<PayloadReader.Posted> packets) {
    for (PayloadReader.Posted packet : packets) {
      switch (packet) {
        case PayloadReader.Posted.Text(String text) -> text(text);
        case PayloadReader.Posted.Binary(byte[] frame) -> binary(frame);
        case PayloadReader.Posted.Broken() -> close(EndReason.PARSE_ERROR);
      }
    }
  }

  private void textHeard(String packet) {
    switch (packet.isEmpty() ? ' ' : packet.charAt(0)) {
      case '4' -> known().message(packet.substring(1));
      case 'b' -> binaryHeard(framing.fromBase64(packet));
      case '2' -> pinged(packet);
      case '3' -> {
        known().ponged(); // before there can be another ping
        pulse.pong();
      }
      case '1' -> leave();
      case '0', '5', '6' -> {} // strays: the reference ignores them, and some clients send a noop
      default -> close(EndReason.PARSE_ERROR);
    }
  }

  /// Version 3's heartbeat goes the other way round.
  private void pinged(String packet) {
    if (framing.isV3()) {
      send(Packet.of("3" + packet.substring(1)));
    } else {
      close(EndReason.PARSE_ERROR);
    }
  }

  private void binaryHeard(byte @Nullable [] message) {
    if (message == null) {
      close(EndReason.PARSE_ERROR);
    } else {
      known().binary(message);
    }
  }

  private EngineListener known() {
    EngineListener heard = listener;
    if (heard == null) {
      throw new IllegalStateException("nobody listens yet");
    }
    return heard;
  }

  /// The client says goodbye; an open poll of it is told so with a noop.
  private void leave() {
    PollingTransport polls = polling();
    if (polls != null) {
      polls.release(PollingTransport.NOOP);
    }
    close(EndReason.TRANSPORT_CLOSE);
  }
}
