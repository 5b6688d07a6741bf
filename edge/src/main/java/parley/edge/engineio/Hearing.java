package parley.edge.engineio;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a session hears, one thing at a time, whichever transport brings it. While something is
/// being heard the client's silence is ours, and at most one message more is read from it: the
/// layer above may block. Whoever comes meanwhile waits for its turn without a lock. For the
/// transports' reading threads.
final class Hearing {

  private static final System.Logger LOG = System.getLogger(Hearing.class.getName());

  /// Something for the layer above.
  interface Word {
    void hear();
  }

  private final EngineSession session;
  private final Pulse pulse;
  private final Framing framing;
  private boolean taken; // guarded by this

  Hearing(EngineSession session, Pulse pulse, Framing framing) {
    this.session = session;
    this.pulse = pulse;
    this.framing = framing;
  }

  /// A text packet.
  void text(String packet) {
    EngineListener listener = session.listener();
    if (listener == null || !listener.apart()) {
      inTurn(() -> textHeard(packet));
    } else if (take()) {
      Thread.ofVirtual().name("hearing").start(() -> hear(() -> textHeard(packet)));
    }
  }

  /// A binary frame, which is a message.
  void binary(byte[] frame) {
    inTurn(() -> binaryHeard(framing.binary(frame)));
  }

  /// A packet of what a POST brought.
  ///
  /// @return false when those behind it are not to be heard: it was malformed, or the client's
  ///     goodbye
  boolean posted(PayloadReader.Posted packet) {
    switch (packet) {
      case PayloadReader.Posted.Text(String text) -> text(text);
      case PayloadReader.Posted.Binary(byte[] frame) -> binary(frame);
      case PayloadReader.Posted.Broken() -> session.close(EndReason.PARSE_ERROR);
    }
    return !session.ended();
  }

  /// Hears nothing else meanwhile. What fails in the layer above is a fault of ours, and ends the
  /// session: nobody knows what it has understood.
  void inTurn(Word word) {
    if (take()) {
      hear(word);
    }
  }

  private void hear(Word word) {
    try {
      if (!session.ended()) {
        pulse.busy(true);
        word.hear();
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a packet was not understood, " + UUID.randomUUID(), e);
      session.close(EndReason.FAULT);
    } finally {
      pulse.busy(false);
      give();
    }
  }

  /// @return false when interrupted: the server stops
  private synchronized boolean take() {
    try {
      while (taken) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    taken = true;
    return true;
  }

  private synchronized void give() {
    taken = false;
    notify(); // whoever waits, waits for the same
  }

  private void textHeard(String packet) {
    switch (packet.isEmpty() ? ' ' : packet.charAt(0)) {
      case '4' -> session.known().message(packet.substring(1));
      case 'b' -> binaryHeard(framing.fromBase64(packet));
      case '2' -> pinged(packet);
      case '3' -> {
        session.known().ponged(); // before there can be another ping
        pulse.pong();
      }
      case '1' -> session.leave();
      case '0', '5', '6' -> {} // strays: the reference ignores them, and some clients send a noop
      default -> session.close(EndReason.PARSE_ERROR);
    }
  }

  /// Version 3's heartbeat goes the other way round.
  private void pinged(String packet) {
    if (framing.isV3()) {
      session.send(Packet.of("3" + packet.substring(1)));
    } else {
      session.close(EndReason.PARSE_ERROR);
    }
  }

  private void binaryHeard(byte @Nullable [] message) {
    if (message == null) {
      session.close(EndReason.PARSE_ERROR);
    } else {
      session.known().binary(message);
    }
  }
}
